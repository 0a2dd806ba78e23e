"""The ECS cluster of an environment."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform import once
from ecs_platform.log_encryption import let_logs_use
from ecs_platform.network.interface import INetwork
from ecs_platform.problem import ConfigurationError

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


@dataclass(frozen=True, kw_only=True)
class CapacityShare:
    """How a service's tasks are shared between Fargate and Fargate Spot, which can be taken away.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html

    Args:
        fargate_base: The first tasks of each service, 0 to 100000, that always run on Fargate. By default 0.
        fargate_weight: The part of the other tasks that runs on Fargate, 0 to 1000. By default 1.
        spot_weight: The part of them that runs on Fargate Spot, 0 to 1000. By default 0: none does.

    Raises:
        ConfigurationError: A number is out of its range, or both weights are 0.
    """

    fargate_base: int = 0
    fargate_weight: int = 1
    spot_weight: int = 0

    def __post_init__(self) -> None:
        for field, high in (("fargate_base", 100_000), ("fargate_weight", 1000), ("spot_weight", 1000)):
            value: int = getattr(self, field)
            if not 0 <= value <= high:
                raise ConfigurationError(
                    f"{field} is {value}.", allowed=f"0 to {high}.", where=f"CapacityShare({field}=...)"
                )
        # ECS places no task where every weight is 0, whatever the base.
        if self.fargate_weight == self.spot_weight == 0:
            raise ConfigurationError(
                "Neither Fargate nor Fargate Spot has a weight, so no task could be placed.",
                allowed="a weight of 1 or more for at least one of them.",
                where="CapacityShare(fargate_weight=..., spot_weight=...)",
            )

    @property
    def strategy(self) -> list[ecs.CapacityProviderStrategy]:
        """What a cluster or a service is told."""
        strategy = [
            ecs.CapacityProviderStrategy(
                capacity_provider="FARGATE", base=self.fargate_base, weight=self.fargate_weight
            )
        ]
        if self.spot_weight:
            strategy.append(
                ecs.CapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=self.spot_weight)
            )
        return strategy

    def __str__(self) -> str:
        return f"FARGATE {self.fargate_base}+{self.fargate_weight}, FARGATE_SPOT {self.spot_weight}"


class Cluster(Construct):
    """An ECS cluster on Fargate and Fargate Spot that is observed and audited.

    Container Insights runs with enhanced observability. What people type and see in ECS Exec sessions is
    written to a log group; sessions and log are encrypted with a KMS key of their own, which rotates.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        network: Where the cluster's tasks run.
        name: The cluster's name. By default CloudFormation makes one.
        capacity: What services that do not say otherwise run on. By default Fargate alone.
        exec_audit_retention: How long the log of Exec sessions is kept. By default one year.
        removal_policy: What happens to that log and its key when they leave the stack. By default they stay.

    Raises:
        ConfigurationError: The name is none that ECS accepts.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        network: INetwork,
        name: str | None = None,
        capacity: CapacityShare | None = None,
        exec_audit_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
        removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id_)
        if name is not None and not _NAME.fullmatch(name) and not cdk.Token.is_unresolved(name):
            raise ConfigurationError(
                f'ECS accepts no cluster named "{name}".',
                allowed="1 to 255 letters, digits, hyphens and underscores.",
                where="Cluster(name=...)",
            )
        share = capacity or CapacityShare()

        self.exec_key = cast(
            "kms.IKey",
            kms.Key(
                self,
                "ExecKey",
                description="ECS Exec sessions and their audit log",
                enable_key_rotation=True,
                removal_policy=removal_policy,
            ),
        )
        # The group has no name of its own, so that a retained one is in nobody's way; CloudFormation makes
        # one that begins with the stack's.
        let_logs_use(self.exec_key, self, f"{cdk.Stack.of(self).stack_name}-*")
        self.exec_log_group = logs.LogGroup(
            self,
            "ExecLogs",
            retention=exec_audit_retention,
            encryption_key=self.exec_key,
            removal_policy=removal_policy,
        )
        self.cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=name,
            vpc=network.vpc,
            container_insights_v2=ecs.ContainerInsights.ENHANCED,
            # Both are there whatever the shares: what a service can choose is not for its cluster to change.
            enable_fargate_capacity_providers=True,
            execute_command_configuration=ecs.ExecuteCommandConfiguration(
                kms_key=self.exec_key,
                logging=ecs.ExecuteCommandLogging.OVERRIDE,
                log_configuration=ecs.ExecuteCommandLogConfiguration(
                    cloud_watch_log_group=self.exec_log_group,
                    cloud_watch_encryption_enabled=True,
                ),
            ),
        )
        self.cluster.add_default_capacity_provider_strategy(share.strategy)

    @property
    def exports(self) -> Sequence[str]:
        """What services' stacks may import; a stack exports all of it whether used or not."""
        return [
            once.cluster_name(self.cluster),
            self.cluster.cluster_arn,
            self.exec_key.key_arn,
            self.exec_log_group.log_group_arn,
        ]
