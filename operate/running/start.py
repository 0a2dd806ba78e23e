"""Start one task of a job: where, with which overrides, and what ECS says when it does not."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from operate import one_task
from operate.aws import Aws
from operate.problem import ExitCode, OperateError
from operate.releasing.revision import Revision
from operate.words import job_command
from operate.workload import JobOutputs

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
MOST_OVERRIDES = 8192
BY_TAG = "run:by"
"""The tag of a task that somebody started: who."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html#tag-restrictions
_NOT_IN_TAGS = re.compile(r"[^\w .:/=+@-]")


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is run.

    Args:
        command: Words in place of the job's command. Empty for that.
        variables: Environment variables besides, or in place of the job's. None by default.
    """

    command: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict[str, str])

    def overrides(self, container: str) -> dict[str, Any]:
        """As RunTask takes it.

        Args:
            container: The container's name.

        Raises:
            OperateError: It is longer than RunTask takes.
        """
        if not self.command and not self.variables:
            return {}
        own: dict[str, Any] = {"name": container}
        if self.command:
            own["command"] = list(self.command)
        if self.variables:
            own["environment"] = [
                {"name": name, "value": value} for name, value in sorted(self.variables.items())
            ]
        overrides = {"containerOverrides": [own]}
        length = len(json.dumps(overrides))
        if length > MOST_OVERRIDES:
            raise OperateError(
                f"Command and variables together have {length:,} characters; ECS takes {MOST_OVERRIDES:,}.",
                next_step="put what is long into S3 or a parameter, and pass its name.",
            )
        return overrides


def variables(given: Sequence[str]) -> Mapping[str, str]:
    """Environment variables as people write them, `NAME=VALUE`.

    Args:
        given: The texts.

    Raises:
        OperateError: One is not of that form, or a name is given twice; all that is wrong at once.
    """
    found: dict[str, str] = {}
    wrong: list[str] = []
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not _NAME.fullmatch(name):
            wrong.append(f"{text!r} is not of the form NAME=VALUE.")
        elif name in found:
            wrong.append(f"{name} is given twice.")
        found[name] = value
    if wrong:
        raise OperateError(
            "\n".join(wrong),
            next_step="--env NAME=VALUE, a name of letters, digits and underscores; once for each variable.",
        )
    return found


def start(aws: Aws, job: JobOutputs, revision: Revision, request: Request) -> str:
    """Start one task.

    Args:
        aws: The way to the environment's account.
        job: The job.
        revision: What is started.
        request: With what.

    Returns:
        The task's ARN.

    Raises:
        OperateError: ECS started nothing, or a person did not wait for its answer.
    """
    overrides = request.overrides(job.container)
    try:
        return one_task.start(
            aws,
            job,
            revision,
            f"a task of {revision.name}",
            again=f"{job_command('run', aws, job.name)} tries again.",
            overrides=overrides,
            startedBy=started_by(job),
            enableECSManagedTags=True,
            tags=[{"key": BY_TAG, "value": _NOT_IN_TAGS.sub("_", aws.caller)[:256]}],
        )
    except KeyboardInterrupt:
        raise OperateError(
            f"Interrupted while ECS was asked to start a task of {revision.name}: it may run.",
            next_step=f"{job_command('status', aws, job.name)} shows whether it does.",
            code=ExitCode.INTERRUPTED,
        ) from None


def started_by(job: JobOutputs) -> str:
    """How ECS lists the tasks that people started, apart from those of schedules.

    Args:
        job: The job.
    """
    return f"run/{job.name}"
