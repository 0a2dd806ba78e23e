"""What ECS needs to move a service's traffic itself."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.deployment.hooks.smoke_test_function import SmokeTestFunction
from ecs_platform.deployment.native import Native
from ecs_platform.deployment.stages import NativeStage
from ecs_platform.service.target_groups import TargetGroups

SMOKE_TEST_STAGE = NativeStage.POST_TEST_TRAFFIC_SHIFT
"""Where the smoke test runs: the new tasks are up, and no user has met them."""


class _Deployment(Construct):
    """What a deployment by ECS needs, whichever load balancer is in front."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        resource: ecs.CfnService,
        service_name: str,
        group_arns: Sequence[str],
        listener_arns: Sequence[str],
        rule_arns: Sequence[str],
        production: str,
        test: str,
        strategy: Native,
        smoke_test: SmokeTestFunction | None,
    ) -> None:
        super().__init__(scope, id_)
        stages: dict[str, list[str]] = {}
        for stage, function in strategy.hooks.items():
            stages.setdefault(function.function_arn, []).append(str(stage))
        hooks: list[dict[str, object]] = [
            {"HookTargetArn": arn, "LifecycleStages": at} for arn, at in stages.items()
        ]
        if smoke_test:
            hooks.append(
                {
                    "HookTargetArn": smoke_test.function.function_arn,
                    "LifecycleStages": [SMOKE_TEST_STAGE.value],
                    # ECS would wait a day for a hook that is stuck, and the stack with it.
                    "TimeoutConfiguration": {
                        "TimeoutInMinutes": smoke_test.timeout_minutes_for_ecs,
                        "Action": "ROLLBACK",
                    },
                }
            )
        self.role = _role(
            self,
            service_name=service_name,
            group_arns=group_arns,
            listener_arns=listener_arns,
            rule_arns=rule_arns,
            hook_arns=[hook["HookTargetArn"] for hook in hooks],
        )
        # The L2 takes rules and listeners of CDK's own alone, and ours are custom resources:
        # docs/decisions/listener-rule-as-custom-resource.md
        resource.add_property_override(
            "LoadBalancers.0.AdvancedConfiguration",
            {
                "AlternateTargetGroupArn": group_arns[1],
                "ProductionListenerRule": production,
                "TestListenerRule": test,
                "RoleArn": self.role.role_arn,
            },
        )
        if hooks:
            # The L2 makes a role for each hook, and does not know PRE_PRODUCTION_TRAFFIC_SHIFT.
            resource.add_property_override(
                "DeploymentConfiguration.LifecycleHooks",
                [{**hook, "RoleArn": self.role.role_arn} for hook in hooks],
            )


class NativeDeployment(_Deployment):
    """The role ECS works with, and the second target group, rules and hooks on the service.

    The role's policy is AWS's AmazonECSInfrastructureRolePolicyForLoadBalancers, limited to these rules,
    listeners and groups; and it may invoke the hooks, and no other function.

    Args:
        resource: The service, with blue attached.
        service_name: Its name, for the role's description.
        groups: The target groups it moves traffic between.
        production_listener: Where users arrive.
        test_listener: Where the new version answers first.
        production_rule_arn: The rule whose weights are the users'.
        test_rule_arn: The rule whose weights are those of whoever tests.
        strategy: How it deploys.
        smoke_test: The functions behind the strategy's smoke test, if it has one.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        resource: ecs.CfnService,
        service_name: str,
        groups: TargetGroups,
        production_listener: elbv2.IApplicationListener,
        test_listener: elbv2.IApplicationListener,
        production_rule_arn: str,
        test_rule_arn: str,
        strategy: Native,
        smoke_test: SmokeTestFunction | None = None,
    ) -> None:
        super().__init__(
            scope,
            id_,
            resource=resource,
            service_name=service_name,
            group_arns=[once.target_group_arn(groups.blue), once.target_group_arn(groups.green)],
            listener_arns=[once.listener_arn(production_listener), once.listener_arn(test_listener)],
            rule_arns=[production_rule_arn, test_rule_arn],
            production=production_rule_arn,
            test=test_rule_arn,
            strategy=strategy,
            smoke_test=smoke_test,
        )


class NetworkNativeDeployment(_Deployment):
    """The same behind a Network Load Balancer, where the listeners themselves carry the weights.

    The fields that are called rules take the ARNs of listeners there, and no rule is written.

    Args:
        resource: The service, with blue attached.
        service_name: Its name, for the role's description.
        group_arns: The blue and the green target group.
        production_listener_arn: The listener whose weights are the users'.
        test_listener_arn: The listener whose weights are those of whoever tests.
        strategy: How it deploys.
        smoke_test: The functions behind the strategy's smoke test, if it has one.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/nlb-resources-for-blue-green.html
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        resource: ecs.CfnService,
        service_name: str,
        group_arns: tuple[str, str],
        production_listener_arn: str,
        test_listener_arn: str,
        strategy: Native,
        smoke_test: SmokeTestFunction | None = None,
    ) -> None:
        super().__init__(
            scope,
            id_,
            resource=resource,
            service_name=service_name,
            group_arns=group_arns,
            listener_arns=[production_listener_arn, test_listener_arn],
            rule_arns=[],
            production=production_listener_arn,
            test=test_listener_arn,
            strategy=strategy,
            smoke_test=smoke_test,
        )


def _role(
    scope: Construct,
    *,
    service_name: str,
    group_arns: Sequence[str],
    listener_arns: Sequence[str],
    rule_arns: Sequence[str],
    hook_arns: Sequence[object],
) -> iam.Role:
    # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
    statements: list[dict[str, object]] = [
        {
            "Action": [
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
            ],
            "Resource": "*",
        },
        {
            "Action": ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
            "Resource": list(group_arns),
        },
        # AWS's page on what goes wrong shows ECS modifying the listener in TEST_TRAFFIC_SHIFT, rules or not.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html
        {"Action": "elasticloadbalancing:ModifyListener", "Resource": list(listener_arns)},
    ]
    if rule_arns:
        statements.append({"Action": "elasticloadbalancing:ModifyRule", "Resource": list(rule_arns)})
    if hook_arns:
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-permissions.html
        statements.append({"Action": "lambda:InvokeFunction", "Resource": list(hook_arns)})
    role = iam.Role(
        scope,
        "Role",
        description=f"ECS moves traffic between the two target groups of {service_name}.",
        # Without a condition on the account, as AWS's page has it: which keys ECS sends is not documented,
        # and a role that cannot be assumed is found out in mid-deployment.
        assumed_by=_ecs(),
        inline_policies={
            "Deploy": iam.PolicyDocument.from_json(
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
            )
        },
    )
    acknowledge(
        role,
        {
            "AwsSolutions-IAM5[Resource::*]": "ELB's Describe actions take no resource "
            "(Service Authorization Reference).",
        },
    )
    return role


def _ecs() -> iam.IPrincipal:
    return cast("iam.IPrincipal", iam.ServicePrincipal("ecs.amazonaws.com"))
