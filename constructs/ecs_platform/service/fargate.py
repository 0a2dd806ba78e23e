"""What every service on Fargate has, whatever brings its work to it."""

from collections.abc import Sequence
from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import once
from ecs_platform.cluster import CapacityShare, Cluster
from ecs_platform.deployment.controller import ControllerSettings
from ecs_platform.mistakes import refuse
from ecs_platform.network.interface import INetwork
from ecs_platform.network.ways_out import wait_for_ways_out
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.discovery import Discovery
from ecs_platform.service.exec import allow_exec, enable_exec
from ecs_platform.service.other_task import refuse_machine_task
from ecs_platform.service.service_connect import ServiceConnect
from ecs_platform.task.checks.container import name_mistakes
from ecs_platform.task.platform_version import platform_mistakes
from ecs_platform.task.task_definition import TaskDefinition

_GRACE_LIMIT_SECONDS = 2_147_483_647
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
_DESCRIPTION_LIMIT = 255


class FargateParts(NamedTuple):
    """A service as CDK knows it, as CloudFormation does, and how its tasks are reached."""

    service: ecs.FargateService
    resource: ecs.CfnService
    connections: ec2.Connections


def task_security_group(scope: Construct, *, vpc: ec2.IVpc, description: str) -> ec2.SecurityGroup:
    """The security group of a service's tasks, "SecurityGroup": in from nowhere yet, out to HTTPS.

    Args:
        scope: The service.
        vpc: The tasks' VPC.
        description: What the group is for, in EC2's characters.
    """
    if len(description) > _DESCRIPTION_LIMIT and not cdk.Token.is_unresolved(description):
        description = description[:_DESCRIPTION_LIMIT]  # with the longest of names
    group = ec2.SecurityGroup(
        scope, "SecurityGroup", vpc=vpc, description=description, allow_all_outbound=False
    )
    # HTTPS is all that a task needs of AWS; open more with `service.connections.allow_to(...)`.
    group.add_egress_rule(once.any_ipv4(), once.tcp(443), "AWS and HTTPS")
    return group


def fargate_service(
    scope: Construct,
    *,
    name: str,
    network: INetwork,
    cluster: Cluster,
    task: TaskDefinition,
    security_group: ec2.SecurityGroup,
    settings: ControllerSettings,
    desired_count: int | None,
    grace_seconds: int | None = None,
    subnets: Sequence[ec2.ISubnet] | None = None,
    capacity: CapacityShare | None = None,
    service_connect: ServiceConnect | None = None,
    discovery: Discovery | None = None,
    platform_version: ecs.FargatePlatformVersion | None = None,
    exec_enabled: bool = False,
) -> FargateParts:
    """Make the service itself, "Service": private, tagged, and connected to what its task needs.

    Args:
        scope: The construct it belongs to.
        name: Its name in ECS.
        network: Where tasks run, always without a public address.
        cluster: The cluster.
        task: What a task is.
        security_group: The tasks' group.
        settings: What the strategy says to the service.
        desired_count: How many tasks. None leaves the number to whatever scales the service.
        grace_seconds: How long a new task may fail its health check. None where nothing checks it from
            outside.
        subnets: Where tasks run, if not in all of the network's task subnets.
        capacity: How its tasks are shared between Fargate and Spot. By default as the cluster says.
        service_connect: Its place among the services of a namespace. By default none.
        discovery: The DNS name of its tasks. By default none.
        platform_version: Fargate's platform version. By default the latest when a task starts.
        exec_enabled: Whether people may run commands in its tasks. By default they may not.

    Raises:
        ConfigurationError: A name that ECS does not take, a platform version that has ended, or a task
            definition for other machines.
    """
    kind = type(scope).__name__
    refuse_machine_task(task, kind=kind)
    refuse(
        [
            *name_mistakes("name", name, f"{kind}(name=...)."),
            *platform_mistakes(platform_version, where=f"{kind}(platform_version=...)."),
        ]
    )
    if exec_enabled:
        allow_exec(task, cluster=cluster, network=network)
    service = ecs.FargateService(
        scope,
        "Service",
        service_name=name,
        cluster=cluster.cluster,
        task_definition=task.definition,
        desired_count=desired_count,
        assign_public_ip=False,
        vpc_subnets=ec2.SubnetSelection(subnets=list(network.task_subnets if subnets is None else subnets)),
        security_groups=[security_group],
        health_check_grace_period=None if grace_seconds is None else once.seconds(grace_seconds),
        enable_ecs_managed_tags=True,
        propagate_tags=ecs.PropagatedTagSource.SERVICE,
        capacity_provider_strategies=capacity and capacity.strategy,
        # ECS refuses another strategy without another deployment, and the nonce changes with it.
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-forcenewdeployment.html
        force_new_deployment=capacity and ecs.ForceNewDeployment(enabled=True, nonce=str(capacity)),
        service_connect_configuration=service_connect and service_connect.props(task, service=name),
        cloud_map_options=discovery and discovery.options(name),
        platform_version=platform_version,
        **settings,
    )
    # The L2 writes LaunchType FARGATE, which would shut out the cluster's default strategy; a strategy
    # written here could never be changed again under CODE_DEPLOY.
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
    resource = service.node.default_child
    assert isinstance(resource, ecs.CfnService)  # noqa: S101 - narrows a type, the L2 promises it
    resource.add_property_deletion_override("LaunchType")
    if exec_enabled:
        enable_exec(resource)
    wait_for_ways_out(network, service)
    connections = service.connections
    task.connect(connections)
    return FargateParts(service, resource, connections)


def refuse_counts(tasks: Scaling | int, *, grace_seconds: int = 0, of: str) -> None:
    """Refuse a number of tasks, or a grace period, that ECS does not take.

    Args:
        tasks: The number of tasks, or what scales it.
        grace_seconds: The grace period.
        of: The class whose arguments these are.

    Raises:
        ConfigurationError: Either is out of its range.
    """
    if isinstance(tasks, int) and tasks < 0:
        raise ConfigurationError(
            f"A service cannot run {tasks} tasks.",
            allowed="0 or more, or Scaling(...).",
            where=f"{of}(tasks=...).",
        )
    if not 0 <= grace_seconds <= _GRACE_LIMIT_SECONDS:
        raise ConfigurationError(
            f"The grace period is {grace_seconds} seconds.",
            allowed=f"0 to {_GRACE_LIMIT_SECONDS}.",
            where=f"{of}(health_check_grace_period_seconds=...).",
        )
