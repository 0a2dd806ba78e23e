"""One task beside every service, a job's or a migration: its start, and looks until its end."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from botocore.exceptions import ClientError

from operate.aws import Aws, error_code, explained
from operate.problem import ExitCode, OperateError
from operate.reading.lifecycle import START_ERRORS, start_failure
from operate.reading.task_log import TaskLog
from operate.releasing.patience import Patience
from operate.releasing.revision import Revision
from operate.releasing.watch import Pace
from operate.workload import Workload

# ECS's answers may lag behind what was just started: so long nothing is lost.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
_LAG_SECONDS = 60
# CloudWatch has a line a few seconds after the container wrote it.
_LOG_DELAY_SECONDS = 3.0

Task = Mapping[str, Any]


class Runnable(Workload, Protocol):
    """What a task can be started of: a workload, and the place of its tasks."""

    @property
    def subnets(self) -> Sequence[str]:
        """Where they start."""
        ...

    @property
    def security_group(self) -> str:
        """Their security group."""
        ...


def start(aws: Aws, workload: Runnable, revision: Revision, what: str, *, again: str, **more: Any) -> str:
    """Start one task, on demand whatever the cluster's share of Spot: nobody takes half-done work away.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html

    Args:
        aws: The way to the environment's account.
        workload: Whose task it is.
        revision: What is started.
        what: The same for a person, such as "a task of dev-report:1".
        again: What a person does about a refusal that passes.
        more: Further parameters of RunTask.

    Returns:
        The task's ARN.

    Raises:
        OperateError: ECS started nothing.
    """
    try:
        with explained(f"start {what}"):
            answer = aws.client("ecs").run_task(
                cluster=workload.cluster,
                taskDefinition=revision.arn,
                count=1,
                launchType="FARGATE",
                networkConfiguration={
                    "awsvpcConfiguration": {
                        "subnets": list(workload.subnets),
                        "securityGroups": [workload.security_group],
                        "assignPublicIp": "DISABLED",
                    }
                },
                propagateTags="TASK_DEFINITION",
                **more,
            )
    except OperateError as error:
        cause = error.__cause__
        known = START_ERRORS.get(error_code(cause)) if isinstance(cause, ClientError) else None
        if known is None:
            raise
        raise OperateError(
            error.problem, cause=f"{known.means}.", next_step=known.do, code=ExitCode.FAILED
        ) from error
    if not answer["tasks"]:
        raise _not_started(what, answer.get("failures", []), again)
    return answer["tasks"][0]["taskArn"]


def _not_started(what: str, failures: Sequence[Mapping[str, Any]], again: str) -> OperateError:
    said = [
        each.get("reason", "no reason given") + (f" ({each['detail']})" if each.get("detail") else "")
        for each in failures
    ]
    known = next((found for each in said if (found := start_failure(each))), None)
    return OperateError(
        f"ECS did not start {what}: {'; '.join(said) or 'no reason given'}",
        cause=f"{known.means}." if known else None,
        next_step=f"{f'{known.do}; ' if known else ''}{again}",
        code=ExitCode.FAILED,
    )


class OneTask:
    """A task that was started, as it goes on.

    Args:
        aws: The way to the environment's account.
        workload: Whose task it is.
        arn: The task.
        revision: ARN of the revision it runs.
        pace: How often AWS is asked.
        gone: What is said where ECS does not know it, or not any more.
    """

    def __init__(
        self,
        aws: Aws,
        workload: Workload,
        arn: str,
        revision: str,
        *,
        pace: Pace,
        gone: Callable[[], OperateError],
    ) -> None:
        self._aws, self._cluster, self._arn = aws, workload.cluster, arn
        self._pace, self._gone = pace, gone
        self._begun = pace.clock()
        self._log = TaskLog(aws, workload, revision, arn.rpartition("/")[2])

    @property
    def age(self) -> float:
        """For how many seconds it has been looked at."""
        return self._pace.clock() - self._begun

    def until_end(
        self,
        patience: Patience,
        *,
        say: Callable[[str], None],
        seen: Callable[[Task], None] = lambda _: None,
        between: Callable[[], None] = lambda: None,
    ) -> Task:
        """Look again and again, and tell its log.

        Args:
            patience: Asks.
            say: Takes the lines of its log.
            seen: Takes what each look found. Nothing by default.
            between: Called before each wait. Nothing by default.

        Returns:
            The task as ECS shows it after its end.

        Raises:
            OperateError: ECS does not know it, the credentials ended, or AWS refused to answer.
        """
        while True:
            task = patience.ask(self._describe)
            if task is not None:
                seen(task)
                self._log.tell(say)
                if task["lastStatus"] in {"STOPPED", "DELETED"}:
                    # It is over: who presses Ctrl-C now has no more to decide, and misses its last lines.
                    with suppress(KeyboardInterrupt):
                        self._pace.sleep(min(self._pace.every, _LOG_DELAY_SECONDS))
                        self._log.tell(say)
                    return task
            between()
            self._pace.wait()

    def _describe(self) -> Task | None:
        with explained(f"look at the task {self._arn.rpartition('/')[2]}"):
            found: list[Any] = self._aws.client("ecs").describe_tasks(
                cluster=self._cluster, tasks=[self._arn]
            )["tasks"]
        if found:
            return found[0]
        if self.age < _LAG_SECONDS:
            return None
        raise self._gone()
