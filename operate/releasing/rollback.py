"""The way back: stop what is under way, or release the revision before."""

import re
from dataclasses import dataclass

from operate.aws import Aws, explained
from operate.outputs import ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading.history import Deployment
from operate.reading.image import find
from operate.reading.live import Live, read
from operate.releasing import deployment
from operate.releasing.ending import Brings, conclude, follow_back, watch_of
from operate.releasing.moment import Phase
from operate.releasing.outcome import Outcome
from operate.releasing.progress import Progress
from operate.releasing.revision import Revision, read_revision
from operate.releasing.stages import CodeDeployDeployment
from operate.releasing.watch import Pace, Until
from operate.words import command, revision_name

# What `release` and `rollback` write beside a deployment; the first revision of all came with no deployment.
_DESCRIPTION = re.compile(r"(?P<verb>release|roll back to) (?P<new>\S+) in place of (?P<old>\S+)")


def stop(aws: Aws, service: ServiceOutputs, progress: Progress, pace: Pace) -> Outcome:
    """Stop the deployment under way, and wait until traffic is back with the old tasks.

    Args:
        aws: The way to the environment's account.
        service: A service under CodeDeploy.
        progress: Where to show it.
        pace: How often AWS is asked.

    Raises:
        OperateError: None is under way, or CodeDeploy refused.
    """
    going = read(aws, service).under_way
    if going is None:
        raise OperateError(
            f"{service.name} has no deployment under way.",
            next_step=f"{command('rollback', aws, service)} releases the revision before.",
        )
    return _stop(aws, service, going, progress, pace)


def rollback(
    aws: Aws, service: ServiceOutputs, progress: Progress, pace: Pace, *, wait: bool = True
) -> Outcome:
    """Go back to the revision before, by the fastest way there is now, and say which.

    Args:
        aws: The way to the environment's account.
        service: A service under CodeDeploy.
        progress: Where to show it.
        pace: How often AWS is asked.
        wait: Wait until all traffic is back. Yes by default.

    Raises:
        OperateError: There is nothing to go back to, or CodeDeploy refused.
    """
    live = read(aws, service)
    going = live.under_way
    if going is not None and going.creator != "codeDeployRollback":
        if going.old_tasks_wait:
            progress.say(f"The old tasks of {going.id} still run: traffic goes back to them at once.")
        return _stop(aws, service, going, progress, pace, wait=wait)
    if going is not None:
        raise OperateError(
            f"The rollback {going.id} is under way already.", next_step=f"{command('watch', aws, service)}"
        )
    previous = _previous(aws, service, live)
    progress.say(
        f"The old tasks have ended: a new deployment brings {previous.name} back, all at once and whatever "
        "alarms say. No migration runs."
    )
    description = f"roll back to {previous.name} in place of {revision_name(live.revision)}"
    id_ = deployment.create(aws, service, revision=previous.arn, description=description, at_once=True)
    progress.say(f"deployment: {id_} brings {previous.name} in place of {revision_name(live.revision)}")
    brings = Brings(deployment=id_, revision=previous.arn, image=previous.image.uri, before=live.revision)
    if not wait:
        return Outcome(
            says=_started(aws, service, id_),
            result="started",
            deployment=id_,
            revision=previous.arn,
            image=brings.image,
        )
    watch = watch_of(aws, service, progress, pace)
    moment = watch.follow(CodeDeployDeployment(aws, service, id_), Until.REST)
    return conclude(aws, service, moment, brings, watch)


def _started(aws: Aws, service: ServiceOutputs, id_: str) -> str:
    return f"{id_}\n{command('watch', aws, service)} shows its progress."


def _stop(
    aws: Aws,
    service: ServiceOutputs,
    going: Deployment,
    progress: Progress,
    pace: Pace,
    *,
    wait: bool = True,
) -> Outcome:
    deployment.stop(aws, service, going.id)
    progress.say(f"{going.id}: asked to stop and to move traffic back")
    if not wait:
        return Outcome(says=_started(aws, service, going.id), result="started", deployment=going.id)
    watch = watch_of(aws, service, progress, pace)
    moment = watch.follow(CodeDeployDeployment(aws, service, going.id), Until.END)
    back = follow_back(aws, service, moment, watch)
    if back is not None and back.phase is not Phase.SUCCEEDED:
        raise OperateError(
            f"{going.id} was stopped, and its rollback {back.deployment} did not succeed: "
            f"{back.error or back.status}",
            next_step=f"{command('status', aws, service)} shows where traffic goes; make doctor "
            f"ENV={aws.environment.name} says what to repair.",
            code=ExitCode.FAILED,
        )
    after = read(aws, service)
    serves = f"{revision_name(after.revision)} serves"
    says = (
        f"Stopped {going.id}; {back.deployment} moved traffic back: {serves}."
        if back is not None
        else f"Stopped {going.id} before it had new tasks; nothing had to go back: {serves}."
    )
    return Outcome(
        says=says,
        result="rolled back" if back is not None else "stopped",
        deployment=going.id,
        revision=after.revision,
        image=after.image,
        moment=back or moment,
        rollback=back.deployment if back else None,
    )


@dataclass(frozen=True, kw_only=True)
class _Brought:
    """The deployment that brought the live revision, by its description."""

    id: str
    before: str | None
    went_back: bool


def _previous(aws: Aws, service: ServiceOutputs, live: Live) -> Revision:
    """The revision that served before the live one, after making sure that it can serve again."""
    brought = _brought(aws, live)
    newer = [each for each in live.deployments if each.rolled_back_by is not None]
    if brought is None and newer:
        raise OperateError(
            f"{service.name} is back at {revision_name(live.revision)} already: {newer[0].rolled_back_by} "
            f"undid {newer[0].id}.",
            next_step=f"{command('release', aws, service, '--image ...')} releases any other image.",
        )
    if brought is not None and brought.went_back:
        raise OperateError(
            f"{service.name} is back at {revision_name(live.revision)} already, by {brought.id}.",
            next_step=f"{command('release', aws, service)} goes forward again, "
            f"{command('release', aws, service, '--image ...')} to any other image.",
        )
    before = brought.before if brought else None
    if before is None:
        raise OperateError(
            f"No earlier release of {service.name} is known.",
            cause="the last five deployments do not tell what ran before the live revision.",
            next_step=f"{command('release', aws, service, '--image ...')} releases any image that is there.",
        )
    previous = read_revision(aws, service, before)
    if previous.status != "ACTIVE":
        raise OperateError(
            f"The revision before, {previous.name}, is {previous.status} and cannot start again.",
            cause="it was deregistered by hand.",
            next_step=f"{command('release', aws, service, f'--image {previous.image.version}')}",
        )
    if previous.image.lies_in(service.repository):
        # Without it the new tasks would wait for an image until CodeDeploy gives up after an hour.
        find(aws, service, previous.image.version)
    return previous


def before_live(aws: Aws, live: Live) -> str | None:
    """The revision that served before the live one. None where nobody knows.

    Args:
        aws: The way to the environment's account.
        live: How the service is.
    """
    brought = _brought(aws, live)
    return brought.before if brought else None


def _brought(aws: Aws, live: Live) -> _Brought | None:
    going = live.under_way.id if live.under_way else None
    done = [
        each
        for each in live.deployments
        if each.status == "Succeeded" or (each.id == going and each.revision == live.revision)
    ]
    # After a rollback by CodeDeploy itself the live revision came with some older deployment.
    if not done or done[0].creator == "codeDeployRollback" or done[0].revision != live.revision:
        return None
    for each in done:
        if each.revision != live.revision:
            # Started by other hands: the release before it is the best there is to know.
            return _Brought(id=done[0].id, before=each.revision, went_back=False)
        with explained(f"read the deployment {each.id}"):
            info = aws.client("codedeploy").get_deployment(deploymentId=each.id)["deploymentInfo"]
        match = _DESCRIPTION.fullmatch(info.get("description") or "")
        # A forced release started the same revision anew; what was before stands in an older one.
        if match is not None and match["old"] != revision_name(live.revision):
            return _Brought(id=each.id, before=match["old"], went_back=match["verb"] == "roll back to")
    return _Brought(id=done[0].id, before=None, went_back=False)
