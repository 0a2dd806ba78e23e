"""What exists in an AWS, asked of it with boto3 and nothing else: no template is read here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rehearsal.inventory.access import Role, roles
from rehearsal.inventory.asking import every
from rehearsal.inventory.containers import Cluster, Repository, Service, clusters, repositories
from rehearsal.inventory.network import Vpc, vpcs
from rehearsal.inventory.release import DeploymentGroup, ScalingTarget, deployment_groups, scaling_targets
from rehearsal.inventory.traffic import LoadBalancer, TargetGroup, load_balancers, target_groups

__all__ = ["Inventory", "take"]


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """Everything of the card that exists; the bootstrap's own resources and the default VPC left out."""

    vpcs: list[Vpc]
    repositories: list[Repository]
    clusters: list[Cluster]
    load_balancers: list[LoadBalancer]
    target_groups: list[TargetGroup]
    deployment_groups: list[DeploymentGroup]
    scaling_targets: list[ScalingTarget]
    roles: list[Role]
    functions: list[str]
    log_groups: dict[str, int | None]
    alarms: list[str]
    buckets: list[str]

    @property
    def services(self) -> list[Service]:
        """The services of all clusters."""
        return [service for cluster in self.clusters for service in cluster.services]

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return not any(vars(self).values())


def take(client: Callable[[str], Any]) -> Inventory:
    """Ask an AWS what is there.

    Args:
        client: Makes the boto3 client of a service, as `EmbeddedAws.client` does.
    """
    elb = client("elbv2")
    return Inventory(
        vpcs=vpcs(client("ec2")),
        repositories=repositories(client("ecr")),
        clusters=clusters(client("ecs")),
        load_balancers=load_balancers(elb),
        target_groups=target_groups(elb),
        deployment_groups=deployment_groups(client("codedeploy")),
        scaling_targets=scaling_targets(client("application-autoscaling")),
        roles=roles(client("iam")),
        functions=_own(client("lambda"), "list_functions", "Functions", "FunctionName"),
        log_groups={
            group["logGroupName"]: group.get("retentionInDays")
            for group in every(client("logs"), "describe_log_groups", "logGroups")
        },
        # Target tracking makes alarms of its own; they belong to the policies.
        alarms=[
            alarm["AlarmName"]
            for alarm in every(client("cloudwatch"), "describe_alarms", "MetricAlarms")
            if not alarm["AlarmName"].startswith("TargetTracking-")
        ],
        buckets=_own(client("s3"), "list_buckets", "Buckets", "Name"),
    )


def _own(client: Any, operation: str, key: str, name: str) -> list[str]:
    """Names of the resources that the bootstrap did not make."""
    names = (item[name] for item in every(client, operation, key))
    return sorted(item for item in names if not item.startswith("cdk-hnb659fds-"))
