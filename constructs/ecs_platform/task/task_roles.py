"""The two roles of a task: one for the agent that starts it, one for the application inside."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform.acknowledge import acknowledge
from ecs_platform.place import Place, place_of
from ecs_platform.task.environment_file import EnvironmentFile
from ecs_platform.task.secrets import Secret, SecretsManagerSecret, SsmParameter


class TaskRoles(Construct):
    """The execution role and the task role, each with the least it can work with.

    The execution role pulls from the repositories that are named, if there are any, writes to one log group
    and reads the secrets and environment files that are named. The task role may do nothing until something
    is granted to it. Both can be assumed for tasks of this account and region only.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        repositories: Where the images of the task lie. None of them grants no pull, for images of public
            registries.
        log_group: Where its output goes.
        secrets: What ECS fetches for it. By default nothing.
        environment_files: The files that ECS reads for it. By default none.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        repositories: Sequence[ecr.IRepository],
        log_group: logs.ILogGroup,
        secrets: Sequence[Secret] = (),
        environment_files: Sequence[EnvironmentFile] = (),
    ) -> None:
        super().__init__(scope, id_)
        place = place_of(self)
        pulled = list(dict.fromkeys(repository.repository_arn for repository in repositories))
        tasks = _tasks_of(place)
        self.execution_role = iam.Role(
            self,
            "Execution",
            assumed_by=tasks,
            # In the role itself, not attached to it: it exists the moment that ECS can assume the role.
            inline_policies={
                "Start": iam.PolicyDocument.from_json(
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            *(_pull(pulled) if pulled else ()),
                            _log(log_group.log_group_arn),
                            *_read(secrets, place),
                            *_read_files(environment_files, place),
                        ],
                    }
                )
            },
        )
        if pulled:
            acknowledge(
                self.execution_role,
                {
                    "AwsSolutions-IAM5[Resource::*]": (
                        "ecr:GetAuthorizationToken accepts no resource. What the token can be used for, "
                        "pulling from one repository, is named in the statement before it."
                    )
                },
            )
        self.task_role = iam.Role(self, "Task", assumed_by=tasks)


@cache  # the same for every service of an environment
def _tasks_of(place: Place) -> iam.IPrincipal:
    # The documentation shows these conditions for the task role. The execution role is assumed by the same
    # principal on behalf of the same task, and carries them as well.
    return cast(
        "iam.IPrincipal",
        iam.ServicePrincipal(
            "ecs-tasks.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": place.arn("ecs", "*")},
            },
        ),
    )


def _pull(repository_arns: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "Effect": "Allow",
            "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Resource": repository_arns,
        },
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
    ]


def _log(log_group_arn: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": log_group_arn,
    }


def _read(secrets: Sequence[Secret], place: Place) -> list[dict[str, Any]]:
    of_secret = place.arn("secretsmanager", "secret:")
    of_parameter = place.arn("ssm", "parameter/")
    reads = {
        "secretsmanager": (
            "GetSecretValue",
            [secret.resource(of_secret) for secret in secrets if isinstance(secret, SecretsManagerSecret)],
        ),
        "ssm": (
            "GetParameters",
            [secret.resource(of_parameter) for secret in secrets if isinstance(secret, SsmParameter)],
        ),
    }
    statements: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": f"{service}:{action}", "Resource": resources}
        for service, (action, resources) in reads.items()
        if resources
    ]
    keys = [secret.encryption_key_arn for secret in secrets if secret.encryption_key_arn is not None]
    if keys:
        # The two services decrypt on their side with this role's permission; the task never calls KMS.
        through = [
            f"{service}.{place.region}.amazonaws.com"
            for service, (_, resources) in reads.items()
            if resources
        ]
        statements.append(
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": keys,
                "Condition": {"StringEquals": {"kms:ViaService": through}},
            }
        )
    return statements


def _read_files(files: Sequence[EnvironmentFile], place: Place) -> list[dict[str, Any]]:
    if not files:
        return []
    buckets = dict.fromkeys(file.bucket.bucket_arn for file in files)
    keys = dict.fromkeys(file.encryption_key_arn for file in files if file.encryption_key_arn is not None)
    statements: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": [file.object_arn for file in files]},
        {"Effect": "Allow", "Action": "s3:GetBucketLocation", "Resource": list(buckets)},
    ]
    if keys:
        through = f"s3.{place.region}.amazonaws.com"
        statements.append(
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": list(keys),
                "Condition": {"StringEquals": {"kms:ViaService": through}},
            }
        )
    return statements
