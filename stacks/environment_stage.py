"""One environment: its stacks, in the order in which they stand on each other."""

import aws_cdk as cdk
from constructs import Construct

from environments.model import Environment
from stacks.job_stack import JobStack
from stacks.network_stack import NetworkStack
from stacks.platform_stack import PlatformStack
from stacks.registry_stack import RegistryStack
from stacks.service_stack import ServiceStack

# The tag `service` of what no single service owns.
SHARED = "platform"


class EnvironmentStage(cdk.Stage):
    """network, registry, platform, then a stack for each service and each job."""

    def __init__(self, scope: Construct, *, environment: Environment) -> None:
        super().__init__(
            scope,
            environment.name,
            env=cdk.Environment(account=environment.account, region=environment.region),
            # On every role, those of CDK's helper functions included: a boundary that one role lacks bounds
            # nothing. https://docs.aws.amazon.com/cdk/v2/guide/customize-permissions-boundaries.html
            permissions_boundary=cdk.PermissionsBoundary.from_name(environment.permissions_boundary)
            if environment.permissions_boundary
            else None,
        )
        if environment.bootstrap_qualifier:
            # What every stack's synthesizer reads: bucket, roles and version are then this bootstrap's.
            # https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html
            self.node.set_context("@aws-cdk/core:bootstrapQualifier", environment.bootstrap_qualifier)

        # On the stacks, not on each resource: CloudFormation passes a stack's tags to everything it makes,
        # the helpers that CDK brings along included.
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-add-tags.html
        def tags(service: str) -> dict[str, str]:
            return {
                "environment": environment.name,
                "service": service,
                "owner": environment.tags.owner,
                "cost-center": environment.tags.cost_center,
            }

        network = NetworkStack(self, "network", environment=environment, tags=tags(SHARED))
        registry = RegistryStack(self, "registry", environment=environment, tags=tags(SHARED))
        platform = PlatformStack(
            self, "platform", environment=environment, network=network.network, tags=tags(SHARED)
        )
        for service in environment.services:
            stack = ServiceStack(
                self,
                service.name,
                environment=environment,
                service=service,
                network=network.network,
                cluster=platform.cluster,
                load_balancer=platform.load_balancer,
                tags=tags(service.name),
            )
            stack.add_stack_dependency(registry)
        for job in environment.jobs:
            stack = JobStack(
                self,
                job.name,
                environment=environment,
                job=job,
                network=network.network,
                cluster=platform.cluster,
                tags=tags(job.name),
            )
            stack.add_stack_dependency(registry)
