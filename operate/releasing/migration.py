"""The one-off command of a release, such as a database migration: it runs before traffic moves."""

from collections.abc import Mapping
from typing import Any

from operate.aws import Aws
from operate.one_task import OneTask, start
from operate.outputs import ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading.stopped import Container, StoppedTask, ended
from operate.reading.task_list import list_tasks
from operate.releasing.patience import Patience
from operate.releasing.progress import Progress
from operate.releasing.revision import Revision
from operate.releasing.watch import Pace
from operate.words import command, duration, revision_name


def migrate(
    aws: Aws,
    service: ServiceOutputs,
    revision: Revision,
    *,
    progress: Progress,
    pace: Pace,
) -> str:
    """Run the service's command as a task of the new revision, show its log, and wait for its end.

    A command that an earlier, interrupted run of this release started is waited for, not started again: there
    are never two at once. One that ended is run again with the next release, so it must bear that.

    Args:
        aws: The way to the environment's account.
        service: The service; its outputs name the command.
        revision: The new revision.
        progress: Where to show it.
        pace: How often AWS is asked.

    Returns:
        The task's id.

    Raises:
        OperateError: It could not start, or ended with another code than 0; nothing was released.
    """
    words = " ".join(service.migration)
    earlier = _running(aws, service, revision)
    arn = earlier or start(
        aws,
        service,
        revision,
        f"the migration of {revision.name}",
        again=f"{command('release', aws, service)} tries again; nothing was released.",
        overrides={"containerOverrides": [{"name": service.container, "command": list(service.migration)}]},
        startedBy=_started_by(service),
    )
    id_ = arn.rpartition("/")[2]
    if earlier:
        progress.say(f"migration: task {id_} of an earlier run still runs {words!r}; waiting for it")
    else:
        progress.say(f"migration: task {id_} of {revision.name} runs {words!r} with {revision.image.version}")
    started = pace.clock()
    task = _await(aws, service, revision, arn, progress=progress, pace=pace)
    _refuse_failure(aws, service, revision, ended(task))
    progress.say(f"migration: done after {duration(pace.clock() - started)}, exit code 0")
    return id_


def _started_by(service: ServiceOutputs) -> str:
    # ECS lists tasks by this name, so an interrupted release finds its own again.
    return f"migration/{service.name}"


def _running(aws: Aws, service: ServiceOutputs, revision: Revision) -> str | None:
    # By default those that shall run; ECS takes no other filter beside this one.
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
    doing = "look for a migration under way"
    for task in list_tasks(aws, service.cluster, doing, startedBy=_started_by(service)):
        if task["lastStatus"] == "STOPPED":
            continue
        if task["taskDefinitionArn"] == revision.arn:
            return task["taskArn"]
        id_ = task["taskArn"].rpartition("/")[2]
        raise OperateError(
            f"A migration of {revision_name(task['taskDefinitionArn'])} is under way: task {id_}.",
            cause="another release was started and interrupted, or runs elsewhere.",
            next_step=f"wait for its end, or aws ecs stop-task --cluster {service.cluster} --task {id_}",
        )
    return None


def _await(
    aws: Aws,
    service: ServiceOutputs,
    revision: Revision,
    arn: str,
    *,
    progress: Progress,
    pace: Pace,
) -> Mapping[str, Any]:
    id_ = arn.rpartition("/")[2]
    again = command("release", aws, service)
    forgotten = OperateError(
        f"ECS does not know the migration's task {id_}, or not any more.",
        cause="ECS forgets a task about an hour after its end.",
        next_step=f"read its log in {service.log_group}, then {again}",
        code=ExitCode.FAILED,
    )
    task = OneTask(aws, service, arn, revision.arn, pace=pace, gone=lambda: forgotten)
    try:
        return task.until_end(Patience(progress.say, again=again, clock=pace.clock), say=progress.say)
    except KeyboardInterrupt:
        raise OperateError(
            f"Left alone: the migration goes on as task {id_}; nothing is released yet.",
            next_step=f"{again} waits for it and goes on; aws ecs stop-task --cluster {service.cluster} "
            f"--task {id_} stops it.",
            code=ExitCode.INTERRUPTED,
        ) from None


def _refuse_failure(aws: Aws, service: ServiceOutputs, revision: Revision, task: StoppedTask) -> None:
    main = next((each for each in task.containers if each.name == service.container), None)
    if main is not None and main.exit_code == 0:
        return
    said: Container | str = main or f"{service.container}: never started"
    raise OperateError(
        f"The migration of {revision.name} failed: {said}. {task.reason}".rstrip()
        + "\nNothing was released; the old tasks serve as before.",
        cause=task.cause,
        next_step=f"its log is in {service.log_group}; put it right, then {command('release', aws, service)}",
        code=ExitCode.FAILED,
    )
