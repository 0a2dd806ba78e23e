"""One environment: its stacks, in the order in which they stand on each other."""

import aws_cdk as cdk
from constructs import Construct

from environments.model import Environment
from stacks.network_stack import NetworkStack
from stacks.platform_stack import PlatformStack
from stacks.registry_stack import RegistryStack
from stacks.service_stack import ServiceStack

# The tag `service` of everything that no single service owns.
SHARED = "platform"


class EnvironmentStage(cdk.Stage):
    """network, registry, platform, then a stack a service."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        super().__init__(
            scope,
            environment.name,
            env=cdk.Environment(account=environment.account, region=environment.region),
        )
        for key, value in {
            "environment": environment.name,
            "owner": environment.tags.owner,
            "cost-center": environment.tags.cost_center,
            "service": SHARED,
        }.items():
            cdk.Tags.of(self).add(key, value)

        network = NetworkStack(self, "network", environment=environment)
        registry = RegistryStack(self, "registry", environment=environment)
        platform = PlatformStack(self, "platform", environment=environment, network=network.network)
        for service in environment.services:
            stack = ServiceStack(
                self,
                service.name,
                environment=environment,
                service=service,
                network=network.network,
                cluster=platform.cluster,
                load_balancer=platform.load_balancer,
            )
            stack.add_stack_dependency(registry)
            cdk.Tags.of(stack).add("service", service.name)
