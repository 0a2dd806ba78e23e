"""The CodeDeploy side of a blue/green service."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.deployment.blue_green import SMOKE_TEST_STAGE, CodeDeployBlueGreen
from ecs_platform.deployment.hooks.smoke_test_function import SmokeTestFunction
from ecs_platform.place import Place, place_of
from ecs_platform.service.target_groups import TargetGroups


class BlueGreenDeployment(Construct):
    """Application and deployment group of one service, and the role CodeDeploy works with.

    Args:
        service: The service, with the CODE_DEPLOY controller.
        service_name: Its name as a literal, so that the role's policy can name it without waiting for it.
        cluster_name: Its cluster's name.
        task_roles: The roles that new tasks get: the only ones CodeDeploy may pass.
        groups: The target groups it moves traffic between.
        production_listener: Where users arrive.
        test_listener: Where the new version answers first.
        rule_arns: The listener rules it may move, and no others.
        alarms: What stops a deployment.
        strategy: How it deploys.
        smoke_test: The functions behind the strategy's smoke test, if it has one.

    Attributes:
        hooks: The ARN of the function at each stage; a deployment names them in its AppSpec.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/applications-create-ecs.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: ecs.FargateService,
        service_name: str,
        cluster_name: str,
        task_roles: Sequence[iam.Role],
        groups: TargetGroups,
        production_listener: elbv2.IApplicationListener,
        test_listener: elbv2.IApplicationListener,
        rule_arns: Sequence[str],
        alarms: Sequence[cloudwatch.CfnAlarm],
        strategy: CodeDeployBlueGreen,
        smoke_test: SmokeTestFunction | None = None,
    ) -> None:
        super().__init__(scope, id_)
        called = dict(strategy.hooks)
        if smoke_test:
            called[SMOKE_TEST_STAGE] = smoke_test.function
        self.hooks: Mapping[str, str] = {
            str(stage): function.function_arn for stage, function in called.items()
        }
        self.role = _role(
            self,
            service_name=service_name,
            cluster_name=cluster_name,
            task_roles=task_roles,
            listener_arns=[once.listener_arn(production_listener), once.listener_arn(test_listener)],
            rule_arns=rule_arns,
            hook_arns=list(dict.fromkeys(self.hooks.values())),
        )
        self.application = codedeploy.EcsApplication(self, "Application")
        approval = strategy.approval_wait_minutes
        self.group = codedeploy.EcsDeploymentGroup(
            self,
            "Group",
            application=self.application,
            service=service,
            # The L2 attaches AWSCodeDeployRoleForECS, which may invoke every function and read every object
            # of the account, to any role that lets it.
            role=self.role.without_policy_updates(),
            blue_green_deployment_config=codedeploy.EcsBlueGreenDeploymentConfig(
                blue_target_group=groups.blue,
                green_target_group=groups.green,
                listener=production_listener,
                test_listener=test_listener,
                termination_wait_time=once.minutes(strategy.termination_wait_minutes),
                deployment_approval_wait_time=None if approval is None else once.minutes(approval),
            ),
            deployment_config=strategy.traffic.configuration(self),
            alarms=list(alarms) if strategy.roll_back_on_alarm else None,
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=strategy.roll_back_on_failure,
                stopped_deployment=strategy.roll_back_on_stop,
                deployment_in_alarm=strategy.roll_back_on_alarm,
            ),
        )
        if smoke_test:
            smoke_test.report_to(self.group.deployment_group_arn)


def _role(
    scope: Construct,
    *,
    service_name: str,
    cluster_name: str,
    task_roles: Sequence[iam.Role],
    listener_arns: Sequence[str],
    rule_arns: Sequence[str],
    hook_arns: Sequence[str],
) -> iam.Role:
    place = place_of(scope)
    service_arn = place.arn("ecs", f"service/{cluster_name}/{service_name}")

    # What each action can be limited to:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
    statements: list[dict[str, object]] = [
        {"Action": ["ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"], "Resource": service_arn},
        {
            # A task set has no ARN before it exists; the service it belongs to is the limit.
            "Action": ["ecs:CreateTaskSet", "ecs:DeleteTaskSet"],
            "Resource": "*",
            "Condition": {"ArnEquals": {"ecs:service": service_arn}},
        },
        {
            "Action": [
                "cloudwatch:DescribeAlarms",
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeTargetGroups",
            ],
            "Resource": "*",
        },
        {"Action": "elasticloadbalancing:ModifyListener", "Resource": list(listener_arns)},
        {"Action": "elasticloadbalancing:ModifyRule", "Resource": list(rule_arns)},
        {
            "Action": "iam:PassRole",
            "Resource": [role.role_arn for role in task_roles],
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
    ]
    if hook_arns:
        statements.append({"Action": "lambda:InvokeFunction", "Resource": list(hook_arns)})
    policy = iam.PolicyDocument.from_json(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
    )
    role = iam.Role(
        scope,
        "Role",
        description=f"CodeDeploy moves traffic between the two target groups of {service_name}.",
        assumed_by=_code_deploy_of(place),
        inline_policies={"Deploy": policy},
    )
    acknowledge(
        role,
        {
            "AwsSolutions-IAM5[Resource::*]": "Task sets are limited to one service by condition; "
            "the Describe actions take no resource (Service Authorization Reference).",
        },
    )
    return role


@cache  # the same for every service of an environment
def _code_deploy_of(place: Place) -> iam.IPrincipal:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    return cast(
        "iam.IPrincipal",
        iam.ServicePrincipal(
            "codedeploy.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": place.account}}
        ),
    )
