"""A scaling policy that holds an expression over several metrics at a target."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_applicationautoscaling as appscaling
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import once

# The L2 takes no metric math ("Only direct metrics are supported"): so L1.
# https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
_Policy = appscaling.CfnScalingPolicy
Query = _Policy.TargetTrackingMetricDataQueryProperty


def track(
    scope: Construct,
    id_: str,
    *,
    service: ecs.FargateService | ecs.Ec2Service,
    tasks: ecs.ScalableTaskCount,
    name: str,
    target: float,
    metrics: Sequence[Query],
    expression: str,
    label: str,
    scale_in_cooldown_seconds: int,
    scale_out_cooldown_seconds: int,
) -> None:
    """Make the policy.

    Args:
        scope: Where it is made.
        id_: Its id within the scope.
        service: The service.
        tasks: What scales it.
        name: The policy's name.
        target: The value to hold.
        metrics: What the expression is about.
        expression: The expression.
        label: What it is called in CloudWatch.
        scale_in_cooldown_seconds: Rest after tasks were removed.
        scale_out_cooldown_seconds: Rest after tasks were added.
    """
    policy = _Policy(
        scope,
        id_,
        policy_name=name,
        policy_type="TargetTrackingScaling",
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=f"service/{once.cluster_name(service.cluster)}/{service.service_name}",
        target_tracking_scaling_policy_configuration=_Policy.TargetTrackingScalingPolicyConfigurationProperty(
            target_value=target,
            scale_in_cooldown=scale_in_cooldown_seconds,
            scale_out_cooldown=scale_out_cooldown_seconds,
            customized_metric_specification=_Policy.CustomizedMetricSpecificationProperty(
                metrics=[*metrics, Query(id="total", expression=expression, label=label, return_data=True)]
            ),
        ),
    )
    policy.node.add_dependency(tasks)


def query(id_: str, namespace: str, metric: str, statistic: str, dimensions: Mapping[str, str]) -> Query:
    """A metric that an expression is about.

    Args:
        id_: What the expression calls it.
        namespace: CloudWatch's namespace.
        metric: The metric's name.
        statistic: The statistic of a minute.
        dimensions: The dimensions, by name.
    """
    return Query(
        id=id_,
        return_data=False,
        metric_stat=_Policy.TargetTrackingMetricStatProperty(
            stat=statistic,
            metric=_Policy.TargetTrackingMetricProperty(
                namespace=namespace,
                metric_name=metric,
                dimensions=[
                    _Policy.TargetTrackingMetricDimensionProperty(name=name, value=value)
                    for name, value in dimensions.items()
                ],
            ),
        ),
    )
