"""`dev/registry`: one repository for each service, and for each job with an image of its own."""

from collections.abc import Mapping

import aws_cdk as cdk
from constructs import Construct

from ecs_platform import ImageRepository
from environments.model import Environment, ServiceImage
from stacks.names import repository_name


class RegistryStack(cdk.Stack):
    """The image repositories of an environment."""

    def __init__(
        self, scope: Construct, id_: str, *, environment: Environment, tags: Mapping[str, str]
    ) -> None:
        super().__init__(scope, id_, tags=tags)
        jobs = [job for job in environment.jobs if not isinstance(job.image, ServiceImage)]
        for workload in (*environment.services, *jobs):
            images = ImageRepository(
                self,
                workload.name,
                name=repository_name(environment, workload),
                keep_images=environment.registry.keep_images,
                removable=environment.registry.removable,
            )
            # Over the tag of the stack.
            cdk.Tags.of(images).add("service", workload.name)
            # An output and no export: a workload's stack knows its repository by name, so that one can go
            # without meeting "export in use".
            cdk.CfnOutput(self, f"{workload.name}RepositoryUri".replace("-", ""), value=images.uri)
        if not self.node.children:
            # CloudFormation takes no stack without a resource, and this one is nothing in AWS.
            cdk.CfnWaitConditionHandle(self, "Empty")
