"""What people may do who operate one environment, as policies to attach."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from ecs_platform.account.permission import Permission, argue, document
from ecs_platform.place import Place, place_of
from ecs_platform.problem import ConfigurationError

# Of 128 characters, nine are for the longest ending.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
_NAME = re.compile(r"[\w+=,.@-]{1,119}", re.ASCII)
_CONTAINER = re.compile(r"[A-Za-z0-9_-]{1,255}")


@dataclass(frozen=True, kw_only=True)
class Operated:
    """What belongs to one environment, by names; `*` stands for whatever comes after.

    Args:
        region: Its region.
        cluster: The name of its cluster.
        families: Its task definitions, such as `dev-*`.
        task_roles: The roles of its tasks, such as `dev-*`.
        log_groups: Where its tasks write, such as `/ecs/dev/*`.
        key_tags: The tags of the key that encrypts its ECS Exec sessions. None where there is no such key.
        exec_containers: The containers that people may get into, by their names in the task definitions. By
            default all of them. A request that names no container is then refused; `make exec` always does.

    Raises:
        ConfigurationError: A name that no container can have, or one twice.
    """

    region: str
    cluster: str
    families: str
    task_roles: str
    log_groups: str
    key_tags: Mapping[str, str] | None = None
    exec_containers: Sequence[str] | None = None

    def __post_init__(self) -> None:
        names = self.exec_containers
        if names is None:
            return
        wrong = [name for name in names if not _CONTAINER.fullmatch(name) or names.count(name) > 1]
        if wrong or not names:
            raise ConfigurationError(
                f"exec_containers is {list(names)}.",
                allowed="names of containers, each once: up to 255 letters, digits, - and _. None is all.",
                where="Operated(exec_containers=...)",
            )


class OperatorPolicies(Construct):
    """Managed policies for people: run a task, exec into a task, release. Each is limited to one environment.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html
    and https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        name: What the policies' names begin with: `dev` gives `dev-run-task`, `dev-exec` and `dev-release`.
        operated: What belongs to the environment.
        release: What a release needs.
        beside_run: What a person who runs a task needs beside that: what a command reads before it, or the
            registration of a revision with another image. Nothing by default.
        beside_exec: What a person who gets into a task needs beside the session: what the look before it
            reads, or the logs. Nothing by default.

    Raises:
        ConfigurationError: A name that no policy can begin with.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        operated: Operated,
        release: Sequence[Permission],
        beside_run: Sequence[Permission] = (),
        beside_exec: Sequence[Permission] = (),
    ) -> None:
        super().__init__(scope, id_)
        if not _NAME.fullmatch(name) and not cdk.Token.is_unresolved(name):
            raise ConfigurationError(
                f'No policy can be called "{name}-run-task".',
                allowed="1 to 119 letters, digits and any of _ + = , . @ -.",
                where="OperatorPolicies(name=...)",
            )
        place = place_of(self)
        self.run_task = self._policy(
            "RunTask",
            name=f"{name}-run-task",
            description=f"Start, watch and stop tasks of {name}",
            permissions=[*run_task(operated, place), *beside_run],
        )
        self.exec_into_task = self._policy(
            "Exec",
            name=f"{name}-exec",
            description=f"Run commands inside the tasks of {name}, which are recorded",
            permissions=[*exec_into_task(operated, place), *beside_exec],
        )
        self.release = self._policy(
            "Release",
            name=f"{name}-release",
            description=f"Release in {name}, watch, approve, stop and roll back",
            permissions=release,
        )

    def _policy(
        self, id_: str, *, name: str, description: str, permissions: Sequence[Permission]
    ) -> iam.ManagedPolicy:
        policy = iam.ManagedPolicy(
            self, id_, managed_policy_name=name, description=description, document=document(permissions)
        )
        argue(policy, permissions, place_of(self))
        return policy


def run_task(operated: Operated, place: Place) -> Sequence[Permission]:
    """Starting, watching and stopping tasks.

    Args:
        operated: What belongs to the environment.
        place: Partition and account.
    """
    arns = _Arns(operated, place)
    return [
        Permission(
            actions=["ecs:RunTask"],
            resources=[arns.of("ecs", f"task-definition/{operated.families}:*")],
            conditions={"ArnEquals": {"ecs:cluster": arns.cluster}},
            because="Revisions are numbered as they are made, and run in this cluster alone.",
        ),
        Permission(
            # A task that takes over the tags of its definition, which is asked for when it starts.
            actions=["ecs:TagResource"],
            resources=[arns.tasks],
            conditions={"StringEquals": {"ecs:CreateAction": "RunTask"}},
            because="A task's ARN ends in an id that it gets when it starts.",
        ),
        Permission(
            actions=["ecs:StopTask"],
            resources=[arns.tasks],
            because="A task's ARN ends in an id that it gets when it starts.",
        ),
        *_looking(arns),
        Permission(
            actions=["ecs:DescribeTaskDefinition"],
            resources=["*"],
            because="The action takes no resource, says the Service Authorization Reference.",
        ),
        # A task gets the roles of its definition, and whoever starts it hands them over.
        Permission(
            actions=["iam:PassRole"],
            resources=[f"arn:{place.partition}:iam::{place.account}:role/{operated.task_roles}"],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            because="CloudFormation ends the names of the environment's roles, and only tasks can get them.",
        ),
        Permission(
            actions=["logs:FilterLogEvents", "logs:GetLogEvents"],
            resources=[
                arns.of("logs", f"log-group:{operated.log_groups}"),
                arns.of("logs", f"log-group:{operated.log_groups}:log-stream:*"),
            ],
            because="Every service has a group of its own, and every task a stream.",
        ),
    ]


def exec_into_task(operated: Operated, place: Place) -> Sequence[Permission]:
    """Running commands inside of tasks, through ECS Exec and nothing else.

    `ssm:StartSession` is not among it: a session opened that way would not be in the audit log. Which
    containers may be entered is a condition, since a container has no ARN that a policy could name.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html

    Args:
        operated: What belongs to the environment.
        place: Partition and account.
    """
    arns = _Arns(operated, place)
    key = Permission(
        # Whoever opens an encrypted session makes its key.
        actions=["kms:GenerateDataKey"],
        resources=[arns.of("kms", "key/*")],
        conditions={
            "StringEquals": {
                f"aws:ResourceTag/{tag}": value for tag, value in (operated.key_tags or {}).items()
            }
        },
        because="The key's id is KMS's choice; its tags say which environment it belongs to.",
    )
    return [
        Permission(
            actions=["ecs:ExecuteCommand"],
            resources=[arns.cluster, arns.tasks],
            conditions=(
                {"StringEquals": {"ecs:container-name": list(operated.exec_containers)}}
                if operated.exec_containers
                else {}
            ),
            because="A task's ARN ends in an id that it gets when it starts.",
        ),
        *_looking(arns),
        *([key] if operated.key_tags else []),
    ]


class _Arns:
    def __init__(self, operated: Operated, place: Place) -> None:
        self._there = replace(place, region=operated.region)
        self.cluster = self.of("ecs", f"cluster/{operated.cluster}")
        self.services = self.of("ecs", f"service/{operated.cluster}/*")
        self.tasks = self.of("ecs", f"task/{operated.cluster}/*")

    def of(self, service: str, resource: str) -> str:
        return self._there.arn(service, resource)


def _looking(arns: _Arns) -> Sequence[Permission]:
    return [
        Permission(
            actions=["ecs:DescribeTasks"],
            resources=[arns.tasks],
            because="A task's ARN ends in an id that it gets when it starts.",
        ),
        Permission(
            actions=["ecs:ListTasks"],
            resources=["*"],
            conditions={"ArnEquals": {"ecs:cluster": arns.cluster}},
            because="The only resource of the action is a container instance, which Fargate lacks; the "
            "condition names the cluster.",
        ),
        Permission(
            actions=["ecs:DescribeServices"],
            resources=[arns.services],
            because="Every service of the environment's cluster, whatever it is called.",
        ),
    ]
