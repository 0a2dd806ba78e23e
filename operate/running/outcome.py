"""How a task ended: its exit code, what that means, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from operate.aws import Aws
from operate.problem import ExitCode, OperateError
from operate.reading.lifecycle import EXIT_CODES, STOP_CODES, Meaning
from operate.reading.stopped import Container, StoppedTask, ended
from operate.running.follow import Stopped, Task
from operate.running.show import Phase
from operate.words import duration, job_command
from operate.workload import JobOutputs

TIMED_OUT = 124
"""The exit code after `--timeout`, as that of the command timeout."""

_BY_ITSELF = "EssentialContainerExited"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How `run` ended.

    Args:
        result: In a word: `succeeded`, `failed`, `never started`, `stopped`, `timed out`, `interrupted` or
            `started`.
        code: The command's exit code.
        says: The same for a person. Empty where `problem` says it.
        task: The task's id.
        revision: `family:number`.
        image: What its container runs.
        command: The words that were given. Empty for the job's own command.
        exit_code: The container's. None where it has none.
        stop_code: ECS's.
        reason: ECS's reason.
        phases: The phases that were seen.
        started: When its containers ran. None where they never did.
        stopped: When it had ended.
        problem: Why the exit code is not 0. None where it is.
    """

    result: str
    code: int
    says: str = ""
    task: str
    revision: str
    image: str
    command: Sequence[str]
    exit_code: int | None = None
    stop_code: str | None = None
    reason: str | None = None
    phases: Sequence[Phase] = field(default_factory=tuple[Phase, ...])
    started: datetime | None = None
    stopped: datetime | None = None
    problem: OperateError | None = None

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "result": self.result,
            "exit_code": self.code,
            "container_exit_code": self.exit_code,
            "task": self.task,
            "revision": self.revision,
            "image": self.image,
            "command": list(self.command),
            "stop_code": self.stop_code,
            "reason": self.reason,
            "started": self.started.isoformat() if self.started else None,
            "stopped": self.stopped.isoformat() if self.stopped else None,
            "phases": [{"name": each.name, "seen": each.seen.isoformat()} for each in self.phases],
            "problem": self.problem.problem if self.problem else None,
            "cause": self.problem.cause if self.problem else None,
            "next": self.problem.next_step if self.problem else None,
        }


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What was run.

    Args:
        task: The task's id.
        revision: `family:number`.
        image: Its image.
        command: The words that were given.
        phases: The phases that were seen.
    """

    task: str
    revision: str
    image: str
    command: Sequence[str]
    phases: Sequence[Phase] = ()


def conclude(aws: Aws, job: JobOutputs, ran: Ran, task: Task, stopped: Stopped | None) -> Outcome:
    """How it ended.

    Args:
        aws: The way to the environment's account.
        job: The job.
        ran: What was run.
        task: The task, as ECS shows it after its end.
        stopped: Why this command stopped it. None where it did not.
    """
    told = ended(task)
    main = next((each for each in told.containers if each.name == job.container), None)
    exit_code = main.exit_code if main else None
    stop_code = task.get("stopCode")
    common: dict[str, Any] = {
        **vars(ran),
        "exit_code": exit_code,
        "stop_code": stop_code,
        "reason": told.reason or None,
        "started": task.get("startedAt"),
        "stopped": task.get("stoppedAt"),
    }
    if exit_code == 0 and stop_code in {None, _BY_ITSELF} and stopped is None:
        took = f" after {_took(task)}" if _took(task) else ""
        return Outcome(
            result="succeeded", code=0, says=f"{job.name}: task {ran.task}: exit code 0{took}.", **common
        )
    result, code = _verdict(exit_code, stop_code, task, stopped)
    # Whoever stopped it from here need not be told what that means, nor who it was.
    meaning = _meaning(told, main, stop_code) if stopped is None else None
    problem = OperateError(
        "\n".join(_said(job, told, main, stop_code, result)),
        cause=f"{meaning.means}." if meaning else None,
        next_step=f"{f'{meaning.do}; ' if meaning else ''}"
        f"{job_command('logs', aws, job.name, f'--task {told.id} --since 1d')} shows its log.",
        code=ExitCode.FAILED,
    )
    return Outcome(result=result, code=code, problem=problem, **common)


def _verdict(
    exit_code: int | None, stop_code: str | None, task: Task, stopped: Stopped | None
) -> tuple[str, int]:
    if stopped is Stopped.BY_TIMEOUT:
        return stopped.value, TIMED_OUT
    if stopped is Stopped.BY_PERSON:
        return stopped.value, ExitCode.INTERRUPTED
    if exit_code is None:
        return ("failed" if task.get("startedAt") else "never started"), ExitCode.FAILED
    if stop_code not in {None, _BY_ITSELF}:
        # A program that is asked to end and says 0 has not done its work.
        return "stopped", exit_code or ExitCode.FAILED
    return "failed", exit_code


def _said(
    job: JobOutputs, ended: StoppedTask, main: Container | None, stop_code: str | None, result: str
) -> Sequence[str]:
    reason = ended.reason or "no reason given"
    return (
        f"{job.name}: task {ended.id} {_how(main, result)}",
        f"{stop_code}: {reason}" if stop_code else reason,
        # Its exit code is said already; those beside it may have been the reason.
        *(str(each) for each in ended.containers if each.name != job.container or each.reason),
    )


def _how(main: Container | None, result: str) -> str:
    if main is not None and main.exit_code is not None:
        return f"{'was stopped' if result != 'failed' else 'failed'}: exit code {main.exit_code}"
    return "never started" if result == "never started" else "ended without an exit code"


def _meaning(ended: StoppedTask, main: Container | None, stop_code: str | None) -> Meaning | None:
    exit_code = main.exit_code if main else None
    if stop_code == _BY_ITSELF and exit_code is not None:
        # Want of memory stands in the container's reason, and says more than 137.
        by_reason = ended.meaning if any(each.reason for each in ended.containers) else None
        return by_reason or EXIT_CODES.get(exit_code)
    return (
        ended.meaning
        or STOP_CODES.get(stop_code or "")
        or (EXIT_CODES.get(exit_code) if exit_code is not None else None)
    )


def _took(task: Mapping[str, Any]) -> str:
    started, stopped = task.get("startedAt"), task.get("stoppedAt")
    return duration((stopped - started).total_seconds()) if started and stopped else ""
