"""The two functions behind a smoke test: a hook that finds the new tasks, a prober that asks them."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform import once
from ecs_platform.deployment.hooks import smoke_test_roles as roles
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.log_encryption import let_logs_use
from ecs_platform.network.interface import INetwork

_CODE = Path(__file__).parent / "functions"
# For what is under way when the test's time is up, and the report: functions/smoke_test/handler.py.
_RESERVE_SECONDS = 120
# One request ends after 5 seconds; this is for an answer that drips.
_PROBER_SECONDS = 15


class SmokeTestFunction(Construct):
    """The functions that run a `SmokeTest` at a stage of CodeDeploy, or of a deployment by ECS itself.

    The *hook* stands outside the VPC, where it reaches ECS, CodeDeploy and Lambda without an endpoint. The
    *prober* stands in the VPC, makes one request to one task and calls nothing of AWS; Lambda brings it the
    question and takes its log, neither by way of the VPC. So an isolated network stays as it is. See
    docs/decisions/smoke-test.md.

    With CodeDeploy: the AppSpec names `function`, CodeDeploy's role gets `invoke_statement`, and `report_to`
    is called; no dependency is needed, for a release comes later. With ECS: `role_for_ecs` is the hook's
    `roleArn`, and the service depends on this construct, for a stack update deploys.

    Args:
        smoke_test: What is asked, and for how long.
        network: Where the tasks run; the prober gets an interface in each of their subnets.
        task_security_group: The group of the tasks; the prober's is let in, on the port alone.
        port: Where the tasks listen.
        cluster_name: The cluster's name.
        service_name: The service's name as a literal, so that the hook does not wait for the service.
        log_retention: How long both logs stay. One year by default.
        encryption_key: Encrypts both logs. By default CloudWatch Logs does, with a key of its own.
        removal_policy: What happens to the logs when the stack is deleted. By default they are kept.

    Attributes:
        function: The hook.
        log_group: The hook's log, which says why a test did not pass.
        prober: The other function.

    https://docs.aws.amazon.com/lambda/latest/dg/foundation-networking.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        smoke_test: SmokeTest,
        network: INetwork,
        task_security_group: ec2.ISecurityGroup,
        port: int,
        cluster_name: str,
        service_name: str,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
        encryption_key: kms.IKey | None = None,
        removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id_)
        # Sources alone, so that the hash does not depend on who has run them.
        code = lambda_.Code.from_asset(str(_CODE), exclude=["**/__pycache__"])
        if encryption_key:
            # The groups have no names of their own; CloudFormation makes some that begin with the stack's.
            let_logs_use(encryption_key, self, f"{cdk.Stack.of(self).stack_name}-*")
        prober_log, self.log_group = (
            logs.LogGroup(
                self,
                id_,
                retention=log_retention,
                encryption_key=encryption_key,
                removal_policy=removal_policy,
            )
            for id_ in ("ProberLogs", "Logs")
        )

        prober_role = roles.prober_role(self, "ProberRole", log_group=prober_log)
        security_group = self._security_group(network, task_security_group, port)
        # Lambda removes the prober's interfaces minutes after the function, and needs the role for that. The
        # group cannot go while they are there: so the role goes after the group.
        security_group.node.add_dependency(prober_role)
        self.prober = lambda_.Function(
            self,
            "Prober",
            description=f"Asks a task of {service_name} for one page, from inside the VPC.",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler="prober.handler",
            code=code,
            timeout=once.seconds(_PROBER_SECONDS),
            role=cast("iam.IRole", prober_role),
            log_group=prober_log,
            logging_format=lambda_.LoggingFormat.JSON,
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=list(network.task_subnets)),
            security_groups=[
                ec2.SecurityGroup.from_security_group_id(
                    self, "AsGroup", security_group.attr_group_id, mutable=False
                )
            ],
        )
        self._role = roles.hook_role(
            self,
            "Role",
            log_group=self.log_group,
            prober_arn=self.prober.function_arn,
            cluster_name=cluster_name,
            service_name=service_name,
        )
        hook = lambda_.Function(
            self,
            "Hook",
            description=f"Smoke test of {service_name}: finds the new tasks, has them asked and reports.",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler="hook.handler",
            code=code,
            timeout=once.seconds(smoke_test.timeout_seconds + _RESERVE_SECONDS),
            # boto3 takes four seconds to load with the default of 128 MiB.
            memory_size=256,
            role=cast("iam.IRole", self._role),
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            environment={
                "CLUSTER_NAME": cluster_name,
                "SERVICE_NAME": service_name,
                "TASK_PORT": str(port),
                "TEST_PATH": smoke_test.path,
                "TEST_STATUS": str(smoke_test.status),
                "TIMEOUT_SECONDS": str(smoke_test.timeout_seconds),
                "PROBER_NAME": self.prober.function_name,
            },
        )
        self.function = cast("lambda_.IFunction", hook)
        self.invoke_statement: Mapping[str, object] = roles.allow("lambda:InvokeFunction", hook.function_arn)
        """What CodeDeploy's role must be allowed, as a statement of a policy in JSON."""
        self.timeout_minutes_for_ecs = smoke_test.timeout_seconds // 60 + 5
        """For a native strategy's `TimeoutConfiguration`: without one, ECS waits a day for a stuck hook."""
        self._role_for_ecs: iam.Role | None = None

    def report_to(self, deployment_group_arn: str) -> None:
        """Let the hook say how a stage of this CodeDeploy deployment group went; call it once.

        The policy stands apart: the group waits for CodeDeploy's role, that for the hook, and so the hook's
        role cannot wait for the group.

        https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html

        Args:
            deployment_group_arn: The group's ARN.
        """
        iam.Policy(
            self,
            "Report",
            roles=[cast("iam.IRole", self._role)],
            document=roles.document(
                [roles.allow("codedeploy:PutLifecycleEventHookExecutionStatus", deployment_group_arn)]
            ),
        )

    def role_for_ecs(self) -> iam.Role:
        """The role with which ECS invokes the hook of a native strategy; made when first asked for.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-permissions.html
        """
        if self._role_for_ecs is None:
            self._role_for_ecs = roles.role(
                self,
                "EcsRole",
                description="ECS runs the smoke test during a deployment.",
                service="ecs.amazonaws.com",
                statements=[self.invoke_statement],
            )
        return self._role_for_ecs

    def _security_group(
        self, network: INetwork, tasks: ec2.ISecurityGroup, port: int
    ) -> ec2.CfnSecurityGroup:
        # L1, because the L2 writes a rule to 255.255.255.255 where all that a group may reach is a group.
        # https://github.com/aws/aws-cdk/issues/15264
        tasks_id = tasks.security_group_id
        group = ec2.CfnSecurityGroup(
            self,
            "SecurityGroup",
            group_description="Smoke test: out to the tasks, nothing in.",
            vpc_id=network.vpc.vpc_id,
            security_group_egress=[
                ec2.CfnSecurityGroup.EgressProperty(
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    destination_security_group_id=tasks_id,
                    description="smoke test to tasks",
                )
            ],
        )
        ec2.CfnSecurityGroupIngress(
            self,
            "FromProber",
            group_id=tasks_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            source_security_group_id=group.attr_group_id,
            description="smoke test to tasks",
        )
        return group
