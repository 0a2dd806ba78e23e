"""The strategies that ECS carries out, for a service on instances."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.capacity.ec2_capacity import Ec2Capacity
from ecs_platform.deployment.native import Native
from ecs_platform.deployment.native_deployment import NativeDeployment
from ecs_platform.load_balancer.listener_rule import ListenerRule
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.network.interface import INetwork
from ecs_platform.service.smoke_tested import smoke_test_of
from ecs_platform.service.target_groups import TargetGroups
from ecs_platform.task.machines.ec2_task_definition import Ec2TaskDefinition


def native_deployment(
    scope: Construct,
    *,
    strategy: Native,
    resource: ecs.CfnService,
    name: str,
    network: INetwork,
    capacity: Ec2Capacity,
    task: Ec2TaskDefinition,
    groups: TargetGroups,
    load_balancer: LoadBalancer,
    rules: tuple[ListenerRule, ListenerRule],
    security_group: ec2.SecurityGroup,
    port: int,
) -> NativeDeployment:
    """What ECS needs to move the traffic of a service in awsvpc mode.

    Args:
        scope: The service.
        strategy: The strategy.
        resource: The service's resource, with blue attached.
        name: Its name.
        network: Where its tasks run.
        capacity: What they run on.
        task: What they are.
        groups: The two target groups.
        load_balancer: The load balancer in front of them.
        rules: The rule for users, and the one for whoever tests.
        security_group: The tasks' group.
        port: The port they listen on.
    """
    smoke_test = smoke_test_of(
        scope,
        strategy.smoke_test,
        network=network,
        security_group=security_group,
        port=port,
        cluster=capacity.cluster,
        service_name=name,
        task=task,
    )
    if smoke_test:
        # A stack update deploys, so what it is asked by must be there before.
        resource.node.add_dependency(smoke_test)
    production_rule, test_rule = rules
    return NativeDeployment(
        scope,
        "Native",
        resource=resource,
        service_name=name,
        groups=groups,
        production_listener=load_balancer.production_listener,
        test_listener=load_balancer.test_listener,
        production_rule_arn=production_rule.rule_arn,
        test_rule_arn=test_rule.rule_arn,
        strategy=strategy,
        smoke_test=smoke_test,
    )
