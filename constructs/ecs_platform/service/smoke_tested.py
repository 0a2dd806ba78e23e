"""The smoke test of a service, as its strategy asks for it."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ecs_platform import once
from ecs_platform.cluster import Cluster
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.hooks.smoke_test_function import SmokeTestFunction
from ecs_platform.network.interface import INetwork
from ecs_platform.task.task import Task


def smoke_test_of(
    scope: Construct,
    smoke_test: SmokeTest | None,
    *,
    network: INetwork,
    security_group: ec2.SecurityGroup,
    port: int,
    cluster: Cluster,
    service_name: str,
    task: Task,
) -> SmokeTestFunction | None:
    """Make "SmokeTest", if there is to be one.

    Args:
        scope: The service.
        smoke_test: What the strategy has tasks asked.
        network: Where the tasks run.
        security_group: The tasks' group.
        port: The port they listen on.
        cluster: Their cluster.
        service_name: The service's name.
        task: What they are.
    """
    if smoke_test is None:
        return None
    return SmokeTestFunction(
        scope,
        "SmokeTest",
        smoke_test=smoke_test,
        network=network,
        task_security_group=security_group,
        port=port,
        cluster_name=once.cluster_name(cluster.cluster),
        service_name=service_name,
        # Its logs are the service's, and kept as long.
        log_retention=task.logs.retention,
        encryption_key=task.logs.encryption_key,
        removal_policy=task.logs.removal_policy,
    )
