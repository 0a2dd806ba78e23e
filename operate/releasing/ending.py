"""How a CodeDeploy deployment rests or ends: a summary, or the reason and what went back."""

from dataclasses import dataclass, field

from operate.aws import Aws
from operate.outputs import ServiceOutputs
from operate.reading.events import Events
from operate.releasing.moment import Moment, Phase
from operate.releasing.outcome import Outcome
from operate.releasing.progress import Progress, shares
from operate.releasing.stages import CodeDeployDeployment
from operate.releasing.watch import Pace, Until, Watch
from operate.releasing.why import explain
from operate.words import at_time, command, duration, revision_name

# CodeDeploy makes the deployment that goes back within seconds after the failed one has ended.
_LOOKS_FOR_ROLLBACK = 6


def watch_of(aws: Aws, service: ServiceOutputs, progress: Progress, pace: Pace) -> Watch:
    """How the deployments of a service are watched.

    Args:
        aws: The way to the environment's account.
        service: The service.
        progress: Where to show it.
        pace: How often AWS is asked.
    """
    return Watch(
        progress=progress,
        pace=pace,
        again=command("watch", aws, service),
        halt=command("stop", aws, service),
        events=Events(aws, service),
    )


@dataclass(frozen=True, kw_only=True)
class Brings:
    """What a deployment brings, for its summary.

    Args:
        deployment: The deployment's id.
        revision: ARN of the revision. None where that is not known.
        image: That revision's image. None where that is not known.
        before: ARN of the revision that served before. None where that is not known.
        notes: What was said on the way.
    """

    deployment: str
    revision: str | None
    image: str | None = None
    before: str | None = None
    notes: list[str] = field(default_factory=list[str])


def conclude(aws: Aws, service: ServiceOutputs, moment: Moment, brings: Brings, watch: Watch) -> Outcome:
    """What to say of a deployment that rests or has ended.

    Args:
        aws: The way to the environment's account.
        service: The service.
        moment: How it was at the last look.
        brings: What it brings.
        watch: Follows the deployment that goes back, where there is one.
    """
    if moment.phase in {Phase.FAILED, Phase.STOPPED}:
        return _failed(aws, service, moment, brings, watch)
    name = revision_name(brings.revision)
    until = f" until {at_time(moment.until)}" if moment.until else ""
    if moment.phase is Phase.WAITS_FOR_APPROVAL:
        result = "waits for approval"
        says = (
            f"{name} runs and waits for approval{until}; users still meet the old tasks.\n"
            f"  move the traffic: {command('approve', aws, service)}\n"
            f"  give it up:       {command('stop', aws, service)}"
        )
    elif moment.phase is Phase.OLD_TASKS_WAIT:
        result = "released"
        says = (
            f"{name} has all traffic{_served(moment)}. The old tasks wait{until}; no other release starts "
            "before they have ended.\n"
            f"  back in seconds: {command('rollback', aws, service)}\n"
            f"  end the wait:    {command('finish', aws, service)}"
        )
    else:
        result, says = "released", f"{name} has all traffic{_served(moment)}, and the old tasks have ended."
    return Outcome(
        says=says,
        result=result,
        deployment=moment.deployment,
        revision=brings.revision,
        image=brings.image,
        moment=moment,
        notes=brings.notes,
    )


def _failed(aws: Aws, service: ServiceOutputs, moment: Moment, brings: Brings, watch: Watch) -> Outcome:
    problem, lines = explain(aws, service, moment, brings.revision)
    for line in lines:
        watch.progress.say(line)
    back = follow_back(aws, service, moment, watch)
    serves = f" {revision_name(brings.before)} serves as before." if brings.before and _is_back(back) else ""
    says = f"{_went_back(back)}{serves}"
    watch.progress.say(says)
    return Outcome(
        says="",
        result="failed" if moment.phase is Phase.FAILED else "stopped",
        deployment=moment.deployment,
        revision=brings.revision,
        image=brings.image,
        moment=moment,
        rollback=back.deployment if back else None,
        problem=problem,
        notes=[*brings.notes, *lines, says],
    )


def follow_back(aws: Aws, service: ServiceOutputs, moment: Moment, watch: Watch) -> Moment | None:
    """Follow the deployment that moves traffic back. None where CodeDeploy makes none.

    Args:
        aws: The way to the environment's account.
        service: The service.
        moment: The deployment that ended.
        watch: How to follow.
    """
    read = CodeDeployDeployment(aws, service, moment.deployment)
    for look in range(_LOOKS_FOR_ROLLBACK):
        if moment.rolled_back_by:
            break
        if look:
            watch.pace.wait()
        moment = watch.follow(read, Until.END)
    if not moment.rolled_back_by:
        return None
    watch.progress.say(f"rollback: {moment.rolled_back_by} moves traffic back to the old tasks")
    return watch.follow(CodeDeployDeployment(aws, service, moment.rolled_back_by), Until.END)


def _is_back(back: Moment | None) -> bool:
    return back is not None and back.phase is Phase.SUCCEEDED


def _went_back(back: Moment | None) -> str:
    if back is None:
        return "CodeDeploy made no rollback: it makes none while there are no new tasks to undo."
    if _is_back(back):
        return f"Rolled back by {back.deployment}: all traffic is with the old tasks."
    return f"The rollback {back.deployment} did not succeed: {back.error or back.status}"


def _served(moment: Moment) -> str:
    if moment.new is None or moment.new.percent is None:
        return ""
    tasks = f"{moment.new.running} task{'' if moment.new.running == 1 else 's'}"
    return f" ({shares(None, moment.new)}, {tasks}{_after(moment)})"


def _after(moment: Moment) -> str:
    """How long it took from the first stage to the last."""
    starts = [stage.started for stage in moment.stages if stage.started is not None]
    ends = [stage.ended for stage in moment.stages if stage.ended is not None]
    return f", after {duration((max(ends) - min(starts)).total_seconds())}" if starts and ends else ""
