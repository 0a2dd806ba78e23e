"""Values of CDK that never change, made or asked for once a process.

They live in Node, and each call there takes 0.3 to 0.4 ms. A service needs the same durations, ports and
peers as the service before it, and the same listener ARN as its own other parts.
"""

from functools import cache

from aws_cdk import Duration, IResolvable, Size, Stack
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2


@cache
def seconds(count: int) -> Duration:
    """A duration in seconds."""
    return Duration.seconds(count)


@cache
def minutes(count: int) -> Duration:
    """A duration in minutes."""
    return Duration.minutes(count)


@cache
def days(count: int) -> Duration:
    """A duration in days."""
    return Duration.days(count)


@cache
def mebibytes(count: int) -> Size:
    """A size in MiB."""
    return Size.mebibytes(count)


@cache
def tcp(port: int) -> ec2.Port:
    """One TCP port."""
    return ec2.Port.tcp(port)


@cache
def any_ipv4() -> ec2.IPeer:
    """Every IPv4 address."""
    return ec2.Peer.any_ipv4()


@cache
def linux(architecture: str) -> ecs.RuntimePlatform:
    """Linux on a processor, such as `ARM64`."""
    return ecs.RuntimePlatform(
        cpu_architecture=getattr(ecs.CpuArchitecture, architecture),
        operating_system_family=ecs.OperatingSystemFamily.LINUX,
    )


@cache
def http() -> ecs.AppProtocol:
    """What a container speaks on its port."""
    return ecs.AppProtocol.http


@cache
def traffic(name: str) -> codedeploy.IEcsDeploymentConfig:
    """A deployment configuration of CodeDeploy's own, such as `ALL_AT_ONCE`."""
    return getattr(codedeploy.EcsDeploymentConfig, name)


@cache
def listener_arn(listener: elbv2.IApplicationListener) -> str:
    """A listener's ARN."""
    return listener.listener_arn


@cache
def target_group_arn(group: elbv2.IApplicationTargetGroup) -> str:
    """A target group's ARN."""
    return group.target_group_arn


@cache
def cluster_name(cluster: ecs.ICluster) -> str:
    """A cluster's name."""
    return cluster.cluster_name


@cache
def load_balancer_full_name(load_balancer: elbv2.ApplicationLoadBalancer) -> str:
    """A load balancer's part of its ARN, which metrics know it by."""
    return load_balancer.load_balancer_full_name


@cache
def stack_tags(stack: Stack) -> IResolvable:
    """A stack's tags as they are when it is synthesized, as CloudFormation writes them."""
    return stack.tags.rendered_tags
