"""ECS Exec: what a task needs before a person can run commands inside of it, and nothing more."""

from typing import Any, cast

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from ecs_platform.acknowledge import acknowledge
from ecs_platform.cluster import Cluster
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.network.interface import INetwork
from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.task import Task

# The agent in the container opens both kinds of channel, has its session's key decrypted and writes the log.
_CALLED = (AwsService.SSM_MESSAGES, AwsService.KMS, AwsService.LOGS)


def allow_exec(task: Task, *, cluster: Cluster, network: INetwork) -> None:
    """Let the agent of ECS Exec work in a task: permissions, a way to reach AWS, a file system to write to.

    The permissions go to the task role, since the agent runs inside of the container with the container's
    credentials; on the execution role, where many a tutorial puts them, they do nothing. CDK's own
    `enable_execute_command` would give the task kms:GenerateDataKey as well, and let every log group of the
    account use the cluster's key.

    Whoever makes the service calls it, and then turns Exec on:

        allow_exec(task, cluster=cluster, network=network)
        enable_exec(resource)  # the ecs.CfnService

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions

    Args:
        task: The task; several services of one cluster may share it.
        cluster: Where it runs; its key encrypts the sessions, and its log group records them.
        network: Where it runs; asked for a way to ssmmessages, kms and logs.

    Raises:
        ConfigurationError: The container's root file system is read-only, or it has no init process, both
            said at once; or the task was allowed Exec in another cluster before.
    """
    _refuse_what_exec_cannot_use(task)
    role = task.roles.task_role
    granted = role.node.try_find_child("Exec")
    if granted is None:
        # Below the role: a service waits for the role with all that is in it, and the agent asks once, as its
        # container starts.
        _ExecPermissions(role, "Exec", role=role, cluster=cluster)
    elif not (isinstance(granted, _ExecPermissions) and granted.cluster is cluster):
        raise ConfigurationError(
            f"The task {task.family} has ECS Exec in two clusters.",
            allowed="one cluster, whose key and audit log its role may use.",
            where="a TaskDefinition of its own for the service in the other cluster.",
        )
    network.reach(*_CALLED)


def enable_exec(service: ecs.CfnService) -> None:
    """Turn ECS Exec on for the tasks that a service starts from now on; `allow_exec` has to come first.

    Tasks that run already stay closed: it takes a new deployment.

    Args:
        service: The resource of an L2 service: `service.node.default_child`.
    """
    service.enable_execute_command = True


class _ExecPermissions(Construct):
    def __init__(self, scope: Construct, id_: str, *, role: iam.Role, cluster: Cluster) -> None:
        super().__init__(scope, id_)
        self.cluster = cluster
        policy = iam.Policy(
            self,
            "Policy",
            document=iam.PolicyDocument.from_json(
                {"Version": "2012-10-17", "Statement": _statements(cluster)}
            ),
            roles=[cast("iam.IRole", role)],
        )
        acknowledge(
            policy,
            {
                "AwsSolutions-IAM5[Resource::*]": (
                    "The four actions of ssmmessages and logs:DescribeLogGroups accept no resource, says the "
                    "Service Authorization Reference. Who may open a session is said at ecs:ExecuteCommand."
                ),
            },
        )


def _statements(cluster: Cluster) -> list[dict[str, Any]]:
    return [
        {
            "Effect": "Allow",
            "Action": [
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
                # The agent looks whether the group is there and encrypted before it writes.
                "logs:DescribeLogGroups",
            ],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": cluster.exec_log_group.log_group_arn,
        },
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": cluster.exec_key.key_arn},
    ]


def _refuse_what_exec_cannot_use(task: Task) -> None:
    mistakes: list[Mistake] = []
    if task.read_only_root:
        mistakes.append(
            Mistake(
                problem=(
                    f"The root file system of {task.family} is read-only, and the agent of ECS Exec has to "
                    "write to it (https://github.com/aws/containers-roadmap/issues/1359)."
                ),
                allowed="a task with a writable root file system, or a service without Exec.",
                where="TaskDefinition(read_only_root=False) or exec_enabled=False.",
            )
        )
    if not task.init_process:
        mistakes.append(
            Mistake(
                problem=(
                    f"{task.family} has no init process, so what a session leaves behind would stay as "
                    "zombie processes until the task stops."
                ),
                allowed="a task with an init process, or a service without Exec.",
                where="TaskDefinition(init_process=True) or exec_enabled=False.",
            )
        )
    refuse(mistakes)
