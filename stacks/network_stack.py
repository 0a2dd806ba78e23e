"""`dev/network`: what everything else stands on."""

from collections.abc import Mapping

import aws_cdk as cdk
from constructs import Construct

from ecs_platform import Network, Zone
from environments.model import Environment
from stacks.translate import NAT, RETENTION, removal_policy


class NetworkStack(cdk.Stack):
    """The VPC of an environment, with its endpoints and flow logs."""

    def __init__(
        self, scope: Construct, id_: str, *, environment: Environment, tags: Mapping[str, str]
    ) -> None:
        super().__init__(scope, id_, tags=tags)
        settings = environment.network
        self.network = Network(
            self,
            "Network",
            cidr=settings.cidr,
            zones=[
                Zone(
                    name=zone.name,
                    public_cidr=zone.public_cidr,
                    private_cidr=zone.private_cidr,
                    retired=zone.retired,
                )
                for zone in settings.zones
            ],
            nat=NAT[settings.nat],
            flow_log_retention=RETENTION[settings.flow_log_retention_days],
            removal_policy=removal_policy(environment.removable),
        )
        for value in self.network.exports:
            self.export_value(value)
        # Where a release starts tasks: all zones in use, also those that came after the services.
        cdk.CfnOutput(self, "TaskSubnets", value=cdk.Fn.join(",", self.network.task_subnet_ids))
        if self.network.egress_addresses:
            # What partners put on their allow lists.
            cdk.CfnOutput(
                self, "EgressAddresses", value=cdk.Fn.join(",", list(self.network.egress_addresses))
            )
