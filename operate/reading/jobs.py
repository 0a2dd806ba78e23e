"""A job as it is deployed: its image, when it starts by itself, what runs now and how the last task ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operate.aws import Aws
from operate.outputs import Deployed
from operate.reading.stopped import Container
from operate.reading.task_list import list_tasks
from operate.releasing.revision import Revision, read_revision
from operate.words import revision_name
from operate.workload import JobOutputs


@dataclass(frozen=True, kw_only=True)
class JobTask:
    """One task of a job.

    Args:
        id: The last part of its ARN.
        status: `RUNNING` and so on.
        revision: `family:number`, which differs from the configured one with another image.
        started_by: `run/report` where a person did; EventBridge's own word for a schedule.
        created: When.
        ended: How its container ended. None while it runs.
        stop_code: Why ECS says it stopped, in a word. Empty while it runs.
        reason: The same in words. Empty while it runs.
    """

    id: str
    status: str
    revision: str
    started_by: str
    created: datetime | None
    ended: Container | None
    stop_code: str
    reason: str

    def __str__(self) -> str:
        """In one line."""
        when = f"{self.created.astimezone():%Y-%m-%d %H:%M}  " if self.created else ""
        # Its container has a name of its own, which is no news here.
        how = str(self.ended).partition(": ")[2] if self.ended else self.status
        by = f", by {self.started_by}" if self.started_by else ""
        by_itself = self.stop_code == "EssentialContainerExited" and self.ended and self.ended.exit_code == 0
        why = f": {self.reason}" if self.reason and self.ended and not by_itself else ""
        return f"{when}{self.id}  {self.revision}  {how}{by}{why}"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job.

    Args:
        job: What its stack says.
        configured: The revision that schedules and `run` start.
        running: Its tasks that have not ended, the newest first.
        last: The task that ended last, as long as ECS remembers it: for about an hour. None after that.
    """

    job: JobOutputs
    configured: Revision
    running: Sequence[JobTask]
    last: JobTask | None

    @property
    def command(self) -> Sequence[str]:
        """What it runs. Empty for the image's own command."""
        return own_command(self.configured, self.job)


def own_command(revision: Revision, job: JobOutputs) -> Sequence[str]:
    """What a job runs where nobody says otherwise. Empty for the image's own command.

    Args:
        revision: The revision.
        job: Whose container to look at.
    """
    containers: Sequence[Mapping[str, Any]] = revision.definition["containerDefinitions"]
    return next((each.get("command") or () for each in containers if each["name"] == job.container), ())


def read_job(deployed: Deployed, name: str) -> Job:
    """Ask for a job.

    Args:
        deployed: The environment.
        name: The job in the environment file.

    Raises:
        OperateError: It is not there, or AWS refused to answer.
    """
    aws, job = deployed.aws, deployed.job(name)
    configured = read_revision(aws, job, job.task_definition)
    running = _tasks(aws, job, "RUNNING")
    stopped = _tasks(aws, job, "STOPPED")
    return Job(job=job, configured=configured, running=running, last=stopped[0] if stopped else None)


def _tasks(aws: Aws, job: JobOutputs, status: str) -> Sequence[JobTask]:
    doing = f"list the tasks of {job.name}"
    found = list_tasks(aws, job.cluster, doing, family=job.family, desiredStatus=status)
    # A task that is being stopped is listed with those that have.
    tasks = [_task(job, each) for each in found]
    if status == "STOPPED":
        tasks = [each for each in tasks if each.ended is not None]
    return sorted(tasks, key=lambda each: str(each.created), reverse=True)


def _task(job: JobOutputs, task: Mapping[str, Any]) -> JobTask:
    ended = None
    if task["lastStatus"] == "STOPPED":
        containers: Sequence[Mapping[str, Any]] = task.get("containers", [])
        main = next((each for each in containers if each["name"] == job.container), {})
        ended = Container(name=job.container, exit_code=main.get("exitCode"), reason=main.get("reason") or "")
    return JobTask(
        id=task["taskArn"].rpartition("/")[2],
        status=task["lastStatus"],
        revision=revision_name(task["taskDefinitionArn"]),
        started_by=task.get("startedBy") or "",
        created=task.get("createdAt"),
        ended=ended,
        stop_code=task.get("stopCode") or "",
        reason=task.get("stoppedReason") or "",
    )


def document(job: Job) -> dict[str, Any]:
    """A job for `status --json`.

    Args:
        job: The job.
    """
    return {
        "name": job.job.name,
        "revision": job.configured.name,
        "image": job.configured.image.uri,
        "command": list(job.command),
        "schedules": [
            {
                "name": each.name,
                "expression": each.expression,
                "time_zone": each.time_zone,
                "command": list(each.command),
                "enabled": each.enabled,
            }
            for each in job.job.schedules
        ],
        "running": [_document(each) for each in job.running],
        "last": _document(job.last) if job.last else None,
    }


def _document(task: JobTask) -> dict[str, Any]:
    return {
        "task": task.id,
        "status": task.status,
        "revision": task.revision,
        "started_by": task.started_by,
        "created": task.created.isoformat() if task.created else None,
        "exit_code": task.ended.exit_code if task.ended else None,
        "stop_code": task.stop_code or None,
        "reason": task.reason or None,
    }


def lines(job: Job) -> Sequence[tuple[str, str]]:
    """A job for a person, each fact with its label.

    Args:
        job: The job.
    """
    words = " ".join(job.command)
    return [
        ("revision", f"{job.configured.name}, the configured one"),
        ("image", job.configured.image.uri),
        ("command", words or "the image's own"),
        *(("" if position else "starts", str(each)) for position, each in enumerate(job.job.schedules)),
        *([] if job.job.schedules else [("starts", "when somebody starts it")]),
        *(("runs", str(each)) for each in job.running),
        ("last task", str(job.last) if job.last else "none that ECS remembers"),
    ]
