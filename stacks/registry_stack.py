"""`dev/registry`: one repository a service, outliving the service."""

from collections.abc import Mapping

import aws_cdk as cdk
from constructs import Construct

import ecs_platform as library
from environments.model import Environment
from stacks.names import repository_name


class RegistryStack(cdk.Stack):
    """The image repositories of an environment."""

    def __init__(
        self, scope: Construct, id_: str, *, environment: Environment, tags: Mapping[str, str]
    ) -> None:
        super().__init__(scope, id_, tags=tags)
        for service in environment.services:
            images = library.ImageRepository(
                self,
                service.name,
                name=repository_name(environment, service),
                keep_images=environment.registry.keep_images,
                removable=environment.registry.removable,
            )
            # Over the tag of the stack.
            cdk.Tags.of(images).add("service", service.name)
            # An output and no export: a service's stack knows its repository by name, so that one can go
            # without meeting "export in use".
            cdk.CfnOutput(self, f"{service.name}RepositoryUri".replace("-", ""), value=images.uri)
