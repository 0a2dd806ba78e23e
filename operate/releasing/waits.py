"""The two waits of a deployment that a person may end, and watching one from anywhere."""

from operate.aws import Aws
from operate.outputs import ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading.history import Deployment
from operate.reading.live import Live, read
from operate.releasing import deployment
from operate.releasing.ending import Brings, conclude, watch_of
from operate.releasing.moment import Phase
from operate.releasing.outcome import Outcome
from operate.releasing.progress import Progress
from operate.releasing.stages import CodeDeployDeployment
from operate.releasing.watch import Pace, Until
from operate.words import command, revision_name


def approve(aws: Aws, service: ServiceOutputs, progress: Progress, pace: Pace) -> Outcome:
    """Let a deployment that waits before traffic go on, and watch until all traffic has moved.

    Args:
        aws: The way to the environment's account.
        service: A service under CodeDeploy.
        progress: Where to show it.
        pace: How often AWS is asked.

    Raises:
        OperateError: None waits, or CodeDeploy refused.
    """
    live = read(aws, service)
    going = live.under_way
    if going is None or going.status != "Ready":
        raise OperateError(
            f"No deployment of {service.name} waits for approval{_instead(going)}.",
            next_step=_look(aws, service, going),
        )
    deployment.proceed(aws, service, going.id, "READY_WAIT")
    progress.say(f"{going.id}: approved; traffic moves to {revision_name(going.revision)}")
    return _follow(aws, service, going, live, progress=progress, pace=pace, until=Until.REST)


def finish(aws: Aws, service: ServiceOutputs, progress: Progress, pace: Pace) -> Outcome:
    """End the old tasks now, and watch until they have ended. Going back takes a new deployment afterwards.

    Args:
        aws: The way to the environment's account.
        service: A service under CodeDeploy.
        progress: Where to show it.
        pace: How often AWS is asked.

    Raises:
        OperateError: No old tasks wait, or CodeDeploy refused.
    """
    live = read(aws, service)
    going = live.under_way
    if going is None or not old_tasks_wait(aws, service, going):
        raise OperateError(
            f"No old tasks of {service.name} wait for their end{_instead(going)}.",
            next_step=_look(aws, service, going),
        )
    deployment.proceed(aws, service, going.id, "TERMINATION_WAIT")
    progress.say(f"{going.id}: the old tasks end now")
    return _follow(aws, service, going, live, progress=progress, pace=pace, until=Until.END)


def old_tasks_wait(aws: Aws, service: ServiceOutputs, going: Deployment) -> bool:
    """Whether a deployment has moved all traffic and its old tasks wait for their end.

    Args:
        aws: The way to the environment's account.
        service: A service under CodeDeploy.
        going: The deployment.
    """
    # CodeDeploy documents its flag for instances; the stages say the same of tasks.
    if going.old_tasks_wait:
        return True
    return CodeDeployDeployment(aws, service, going.id)().phase is Phase.OLD_TASKS_WAIT


def until_old_tasks_end(
    aws: Aws, service: ServiceOutputs, going: Deployment, progress: Progress, pace: Pace
) -> None:
    """Watch a deployment that has moved all traffic to its end, after which CodeDeploy takes another.

    Args:
        aws: The way to the environment's account.
        service: A service under CodeDeploy.
        going: The deployment.
        progress: Where to show it.
        pace: How often AWS is asked.

    Raises:
        OperateError: It went back meanwhile, or a person pressed Ctrl-C.
    """
    progress.say(
        f"{going.id} has moved all traffic; waiting for the end of its old tasks, which "
        f"{command('finish', aws, service)} ends at once"
    )
    try:
        moment = watch_of(aws, service, progress, pace).follow(
            CodeDeployDeployment(aws, service, going.id), Until.END
        )
    except OperateError as error:
        # It speaks of the deployment that was watched, and offers to stop that.
        raise OperateError(
            f"Nobody waits for the old tasks of {going.id} any more, and nothing was released: "
            f"{'interrupted.' if error.code is ExitCode.INTERRUPTED else error.problem}",
            cause=error.cause,
            next_step=f"{command('release', aws, service)} begins anew.",
            code=error.code,
        ) from error
    if moment.phase in {Phase.FAILED, Phase.STOPPED}:
        # Whoever took it back had a reason, which may hold for what would follow.
        raise OperateError(
            f"{going.id} of {revision_name(going.revision)} went back while its old tasks waited: "
            f"{moment.error or moment.status}. Nothing was released.",
            next_step=f"{command('status', aws, service)} shows what serves; then "
            f"{command('release', aws, service)} again.",
            code=ExitCode.FAILED,
        )


def watch(aws: Aws, service: ServiceOutputs, progress: Progress, pace: Pace) -> Outcome:
    """Watch the deployment under way until it has ended, its waits included; or say how the last one did.

    Args:
        aws: The way to the environment's account.
        service: A service under CodeDeploy.
        progress: Where to show it.
        pace: How often AWS is asked.

    Raises:
        OperateError: AWS refused to answer, or a person pressed Ctrl-C.
    """
    live = read(aws, service)
    going = live.under_way
    if going is None:
        return _idle(aws, service, live)
    progress.say(
        f"watching {going.id}, which brings {revision_name(going.revision)}; Ctrl-C leaves it running"
    )
    outcome = _follow(aws, service, going, live, progress=progress, pace=pace, until=Until.END)
    if going.creator == "codeDeployRollback" and outcome.problem is None:
        # What went back well is still a release that failed.
        return _idle(aws, service, read(aws, service))
    return outcome


def _idle(aws: Aws, service: ServiceOutputs, live: Live) -> Outcome:
    """How the last deployment ended: a release that was not waited for may have failed in the meantime."""
    last = next((each for each in live.deployments if each.creator != "codeDeployRollback"), None)
    serves = f"{revision_name(live.revision)} serves."
    said = f" The last one, {last.id}, {last.status}." if last else ""
    problem = None
    if last is not None and last.status in {"Failed", "Stopped"}:
        back = f"{last.rolled_back_by} moved traffic back; " if last.rolled_back_by else ""
        problem = OperateError(
            f"The last deployment, {last.id} of {revision_name(last.revision)}, "
            f"{'failed' if last.status == 'Failed' else 'was stopped'}: {last.error or 'no reason given'}",
            next_step=f"{back}{serves} {command('status', aws, service)} shows more.",
            code=ExitCode.FAILED,
        )
    return Outcome(
        says="" if problem else f"{service.name} has no deployment under way.{said} {serves}",
        result="nothing under way" if last is None or problem is None else last.status.lower(),
        deployment=last.id if last else None,
        revision=live.revision,
        image=live.image,
        rollback=last.rolled_back_by if last else None,
        problem=problem,
    )


def _follow(
    aws: Aws,
    service: ServiceOutputs,
    going: Deployment,
    live: Live,
    *,
    progress: Progress,
    pace: Pace,
    until: Until,
) -> Outcome:
    watching = watch_of(aws, service, progress, pace)
    moment = watching.follow(CodeDeployDeployment(aws, service, going.id), until)
    before = live.revision if live.revision != going.revision else None
    return conclude(
        aws, service, moment, Brings(deployment=going.id, revision=going.revision, before=before), watching
    )


def _instead(going: Deployment | None) -> str:
    if going is None:
        return "; none is under way"
    where = "its old tasks wait for their end" if going.old_tasks_wait else f"it is {going.status}"
    return f": {going.id} is under way, and {where}"


def _look(aws: Aws, service: ServiceOutputs, going: Deployment | None) -> str:
    return command("watch" if going else "status", aws, service)
