"""The same commands where ECS itself deploys: CloudFormation starts it, and ECS moves the traffic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from operate.aws import Aws, explained
from operate.checking.checks import before_release
from operate.outputs import ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading.live import Live, read
from operate.releasing.ending import watch_of
from operate.releasing.moment import Phase
from operate.releasing.native_stages import EcsDeployment
from operate.releasing.outcome import Outcome
from operate.releasing.progress import Progress
from operate.releasing.release import Choice, refuse_findings
from operate.releasing.watch import Pace, Until
from operate.releasing.why import explain
from operate.words import command, revision_name

_NEWEST = 10
_LOOKS_FOR_START = 12


@dataclass(frozen=True, kw_only=True)
class _Going:
    """A deployment, and the revision that it brings."""

    arn: str
    revision: str | None


def release(aws: Aws, service: ServiceOutputs, choice: Choice, progress: Progress, pace: Pace) -> Outcome:
    """Say whether the configured revision is live, watch the deployment that brings it, or start it anew.

    Args:
        aws: The way to the environment's account.
        service: A service that ECS itself deploys.
        choice: What the caller asks; another image cannot be chosen here.
        progress: Where to show it.
        pace: How often AWS is asked.

    Raises:
        OperateError: An image was given, or AWS refused.
    """
    if choice.image is not None:
        file = f"environments/{aws.environment.name.replace('-', '_')}.py"
        raise OperateError(
            f"{service.name} is deployed by ECS itself: CloudFormation owns its image and would put it back.",
            next_step=f"set image=RegistryImage(...) in {file}, then make deploy ENV={aws.environment.name}",
        )
    live = read(aws, service)
    if live.under_way is not None:
        progress.say(f"{_short(live.under_way.id)} is under way; watching it")
        going = _Going(arn=live.under_way.id, revision=live.under_way.revision)
        return _follow(aws, service, going, progress, pace, wait=choice.wait)
    if choice.force:
        refuse_findings(before_release(aws, service, live, None), progress, forced=True)
        arn = _start(aws, service, live.revision, progress, pace)
        going = _Going(arn=arn, revision=live.revision)
        return _follow(aws, service, going, progress, pace, wait=choice.wait)
    if live.revision == service.task_definition:
        return Outcome(
            says=f"{service.name} runs {revision_name(live.revision)}, the configured revision; "
            f"{live.running} of {live.desired} tasks. CloudFormation deploys it.\n"
            f"{command('release', aws, service, '--force')} starts its tasks anew.",
            result="already live",
            revision=live.revision,
            image=live.image,
        )
    last = live.deployments[0] if live.deployments else None
    raise OperateError(
        f"{service.name} runs {revision_name(live.revision)}; configured is "
        f"{revision_name(service.task_definition)}.",
        cause=f"its deployment was rolled back: {last.error}" if last and last.error else None,
        next_step=f"put that right, then make deploy ENV={aws.environment.name}: CloudFormation deploys.",
        code=ExitCode.FAILED,
    )


def rollback(
    aws: Aws, service: ServiceOutputs, progress: Progress, pace: Pace, *, wait: bool = True
) -> Outcome:
    """Have ECS go back while a deployment is under way; afterwards the way back is a commit.

    Args:
        aws: The way to the environment's account.
        service: A service that ECS itself deploys.
        progress: Where to show it.
        pace: How often AWS is asked.
        wait: Wait until it has gone back. Yes by default.

    Raises:
        OperateError: No deployment is under way, or ECS refused.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html
    """
    going = read(aws, service).under_way
    if going is None:
        raise OperateError(
            f"{service.name} has no deployment under way, and ECS goes back during one only.",
            next_step=f"revert the commit, then make deploy ENV={aws.environment.name}.",
        )
    with explained(f"stop the deployment {_short(going.id)}"):
        aws.client("ecs").stop_service_deployment(serviceDeploymentArn=going.id, stopType="ROLLBACK")
    progress.say(f"{_short(going.id)}: asked to go back")
    if not wait:
        says = f"{going.id}\n{command('watch', aws, service)} shows how it goes back."
        return Outcome(says=says, result="started", deployment=going.id)
    watch = watch_of(aws, service, progress, pace)
    moment = watch.follow(EcsDeployment(aws, going.id), Until.END)
    if moment.status != "ROLLBACK_SUCCESSFUL":
        raise OperateError(
            f"{_short(going.id)} did not go back: {moment.error or moment.status}",
            next_step=f"{command('status', aws, service)} shows what serves.",
            code=ExitCode.FAILED,
        )
    after = read(aws, service)
    return Outcome(
        says=f"ECS went back: {revision_name(after.revision)} serves. The environment file still says "
        f"otherwise, and the next make deploy ENV={aws.environment.name} deploys that again.",
        result="rolled back",
        deployment=going.id,
        revision=after.revision,
        image=after.image,
        moment=moment,
    )


def watch(aws: Aws, service: ServiceOutputs, progress: Progress, pace: Pace) -> Outcome:
    """Watch the deployment under way until it has ended; or say how the last one did.

    Args:
        aws: The way to the environment's account.
        service: A service that ECS itself deploys.
        progress: Where to show it.
        pace: How often AWS is asked.
    """
    live = read(aws, service)
    if live.under_way is None:
        return _idle(aws, service, live)
    going = _Going(arn=live.under_way.id, revision=live.under_way.revision)
    return _follow(aws, service, going, progress, pace)


def _idle(aws: Aws, service: ServiceOutputs, live: Live) -> Outcome:
    """How the last deployment ended: one that nobody watched may have failed in the meantime."""
    last = live.deployments[0] if live.deployments else None
    serves = f"{revision_name(live.revision)} serves."
    problem = None
    if last is not None and last.error is not None:
        problem = OperateError(
            f"The last deployment, {_short(last.id)} of {revision_name(last.revision)}, ended as "
            f"{last.status}{f': {last.error}' if last.error != last.status else ''}.",
            next_step=f"{serves} {command('status', aws, service)} shows more.",
            code=ExitCode.FAILED,
        )
    return Outcome(
        says="" if problem else f"{service.name} has no deployment under way. {serves}",
        result="nothing under way" if last is None or problem is None else last.status.lower(),
        deployment=last.id if last else None,
        revision=live.revision,
        image=live.image,
        problem=problem,
    )


def refuse_wait(service: ServiceOutputs, what: str) -> OperateError:
    """Why there is nothing to approve or to finish.

    Args:
        service: A service that ECS itself deploys.
        what: What was asked for.
    """
    return OperateError(
        f"{service.name} is deployed by ECS itself, which has no wait to {what}.",
        next_step="`deployment=CodeDeployBlueGreen(...)` in the environment file has one.",
    )


def _start(aws: Aws, service: ServiceOutputs, revision: str, progress: Progress, pace: Pace) -> str:
    """A new deployment of the same revision; its ARN."""
    before = set(_newest(aws, service))
    with explained(f"start {revision_name(revision)} anew"):
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
        aws.client("ecs").update_service(
            cluster=service.cluster, service=service.service, taskDefinition=revision, forceNewDeployment=True
        )
    progress.say(f"deployment: ECS starts {revision_name(revision)} anew")
    for _ in range(_LOOKS_FOR_START):
        new = [arn for arn in _newest(aws, service) if arn not in before]
        if new:
            return new[0]
        pace.wait()
    raise OperateError(
        "ECS took the order and shows no deployment yet.",
        next_step=command("watch", aws, service),
        code=ExitCode.FAILED,
    )


def _newest(aws: Aws, service: ServiceOutputs) -> Sequence[str]:
    with explained("list the service deployments"):
        found: list[dict[str, Any]] = aws.client("ecs").list_service_deployments(
            cluster=service.cluster, service=service.service, maxResults=_NEWEST
        )["serviceDeployments"]
    found.sort(key=lambda each: each["createdAt"], reverse=True)
    return [each["serviceDeploymentArn"] for each in found]


def _follow(
    aws: Aws, service: ServiceOutputs, going: _Going, progress: Progress, pace: Pace, *, wait: bool = True
) -> Outcome:
    if not wait:
        says = f"{going.arn}\n{command('watch', aws, service)} shows its progress."
        return Outcome(says=says, result="started", deployment=going.arn, revision=going.revision)
    watching = watch_of(aws, service, progress, pace)
    moment = watching.follow(EcsDeployment(aws, going.arn), Until.END)
    problem, lines = None, []
    if moment.phase is not Phase.SUCCEEDED:
        problem, lines = explain(aws, service, moment, going.revision)
        for line in lines:
            progress.say(line)
    return Outcome(
        says="" if problem else f"{revision_name(going.revision)} serves.",
        result="failed" if problem else "released",
        deployment=going.arn,
        revision=going.revision,
        moment=moment,
        problem=problem,
        notes=[*lines],
    )


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
