"""Machines outside AWS that a cluster's tasks can run on."""

from collections.abc import Mapping
from typing import cast

from aws_cdk import aws_iam as iam
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.capacity.agent_role import EVERY_RESOURCE, agent_statements, managed_node_statement
from ecs_platform.cluster import Cluster
from ecs_platform.mistakes import out_of_range, refuse
from ecs_platform.place import place_of

_INSTALLER = "https://amazon-ecs-agent.s3.amazonaws.com/ecs-anywhere-install-latest.sh"


class ExternalCapacity(Construct):
    """The role of machines that join a cluster by ECS Anywhere, and the commands that register them.

    CloudFormation has no hybrid activation, so one is made by command; `outputs` holds the commands as they
    are typed. Tasks on these machines have no load balancer, no capacity provider and no awsvpc mode.

    The role lets a machine join this cluster and be a managed node of Systems Manager, which renews its
    credentials; it reads no parameters. What else the machine itself is to do is granted to `role`. Follows
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html

    Args:
        cluster: The cluster the machines join.
        registration_limit: How many machines one activation registers, 1 to 1000. 1 by default.

    Attributes:
        role: The role the machines take on.

    Raises:
        ConfigurationError: The limit is out of its range.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: Cluster,
        registration_limit: int = 1,
    ) -> None:
        super().__init__(scope, id_)
        refuse(
            out_of_range(
                registration_limit,
                1,
                1_000,
                what="registration_limit",
                where="ExternalCapacity(registration_limit=...)",
            )
        )
        self.cluster = cluster
        self._limit = registration_limit
        self._place = place_of(self)
        # Another account's activation must not be able to use the role.
        # https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-multicloud-service-role.html
        from_here = {
            "StringEquals": {"aws:SourceAccount": self._place.account},
            "ArnLike": {"aws:SourceArn": self._place.arn("ssm", "*")},
        }
        self.role = iam.Role(
            self,
            "Role",
            description="Machines outside AWS: join one cluster and report to it.",
            assumed_by=cast(
                "iam.IPrincipal", iam.ServicePrincipal("ssm.amazonaws.com", conditions=from_here)
            ),
            inline_policies={
                "Agents": iam.PolicyDocument(
                    statements=[*agent_statements(cluster), managed_node_statement()]
                )
            },
        )
        acknowledge(self.role, {"AwsSolutions-IAM5[Resource::*]": EVERY_RESOURCE})

    @property
    def outputs(self) -> Mapping[str, str]:
        """The commands that register machines, by the names of stack outputs.

        The first is typed where there are credentials of the account, and its answer is good for a day; the
        second on the machine, as root, with the id and the code of that answer.
        """
        region, name = self._place.region, once.cluster_name(self.cluster.cluster)
        return {
            "ExternalRoleName": self.role.role_name,
            "ExternalActivationCommand": (
                f"aws ssm create-activation --region {region} --iam-role {self.role.role_name} "
                f"--registration-limit {self._limit} --default-instance-name {name}"
            ),
            "ExternalRegistrationCommand": (
                f'curl --proto "https" -o /tmp/ecs-anywhere-install.sh {_INSTALLER} && '
                f"bash /tmp/ecs-anywhere-install.sh --region {region} --cluster {name} "
                '--activation-id "$ACTIVATION_ID" --activation-code "$ACTIVATION_CODE"'
            ),
        }
