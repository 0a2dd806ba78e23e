"""A release: checks, revision, migration, deployment; then its progress until all traffic has moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from operate.aws import Aws
from operate.checking.checks import before_release, nothing_to_release
from operate.checking.finding import Finding, Verdict
from operate.outputs import ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading.live import Live, read
from operate.releasing import deployment
from operate.releasing.deployment import AnotherDeploymentError
from operate.releasing.ending import Brings, conclude, watch_of
from operate.releasing.migration import migrate
from operate.releasing.outcome import Outcome
from operate.releasing.progress import Progress
from operate.releasing.revision import Revision
from operate.releasing.stages import CodeDeployDeployment
from operate.releasing.waits import old_tasks_wait, until_old_tasks_end
from operate.releasing.wanted import Wanted, choose
from operate.releasing.watch import Pace, Until
from operate.words import command, revision_name

After = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the caller asks of a release.

    Args:
        image: Tag or digest of the image to release. None keeps the live or configured one.
        use_configured_image: Whether the environment file's image comes back. No by default.
        force: Release although nothing has changed, and although a check that a release may cure says no. No
            by default.
        wait: Wait until all traffic has moved. Yes by default.
        wait_for_old_tasks: Wait first until the old tasks of the release before have ended. By default a
            release is refused meanwhile, as CodeDeploy takes one at a time.
    """

    image: str | None = None
    use_configured_image: bool = False
    force: bool = False
    wait: bool = True
    wait_for_old_tasks: bool = False


def release(
    aws: Aws,
    service: ServiceOutputs,
    choice: Choice,
    progress: Progress,
    pace: Pace,
    *,
    after: After | None = None,
) -> Outcome:
    """Bring a revision live, and say how it went.

    It can end at any point and be run again: a revision registered before is used again, a migration under
    way is waited for, and a deployment of the same revision is watched.

    Args:
        aws: The way to the environment's account.
        service: A service under CodeDeploy.
        choice: What to release, and how.
        progress: Where to show it.
        pace: How often AWS is asked.
        after: Called after each step, with its name: `checked`, `registered`, `migrated`, `created`.

    Raises:
        OperateError: Nothing was released, or nobody looks any more; it says which.
    """
    done: list[str] = []

    def note(step: str) -> None:
        done.append(step)
        if after is not None:
            after(step)

    try:
        return _release(aws, service, choice, progress, pace, after=note)
    except KeyboardInterrupt:
        says = (
            "The deployment goes on." if "created" in done else "Interrupted before a deployment was started."
        )
        raise OperateError(
            says,
            next_step=f"{command('release', aws, service)} goes on from here; "
            f"{command('status', aws, service)} shows what AWS did last.",
            code=ExitCode.INTERRUPTED,
        ) from None


def _release(
    aws: Aws, service: ServiceOutputs, choice: Choice, progress: Progress, pace: Pace, *, after: After
) -> Outcome:
    live = read(aws, service)
    wanted = choose(aws, service, live, image=choice.image, use_configured_image=choice.use_configured_image)
    notes = [wanted.says] if wanted.says else []
    for note in notes:
        progress.say(note)
    going = _already_going(wanted, live, choice)
    if going is not None:
        progress.say(f"The deployment {going} brings this revision already; watching it.")
        brings = _brings(going, wanted.existing, live, notes)
        return _follow(aws, service, brings, progress, pace, wait=choice.wait)
    idle = _nothing_to_do(aws, service, live, wanted)
    if idle is not None and not choice.force:
        return Outcome(
            says=idle, result="already live", revision=live.revision, image=live.image, notes=notes
        )
    if choice.wait_for_old_tasks and live.under_way and old_tasks_wait(aws, service, live.under_way):
        until_old_tasks_end(aws, service, live.under_way, progress, pace)
        # From the start, because much may have changed in an hour.
        anew = replace(choice, wait_for_old_tasks=False)
        return _release(aws, service, anew, progress, pace, after=after)
    refuse_findings(before_release(aws, service, live, wanted.image), progress, forced=choice.force)
    after("checked")
    revision = wanted.register(aws, service)
    if wanted.image is not None:
        again = "is" if wanted.existing else "was registered as"
        progress.say(f"revision: {revision.name} {again} {wanted.base.name} with the image {wanted.image}")
    after("registered")
    if service.migration and revision.arn != live.revision:
        migrate(aws, service, revision, progress=progress, pace=pace)
        after("migrated")
    id_ = _create(aws, service, revision, live, progress)
    after("created")
    brings = _brings(id_, revision, live, notes)
    return _follow(aws, service, brings, progress, pace, wait=choice.wait)


def _already_going(wanted: Wanted, live: Live, choice: Choice) -> str | None:
    """The deployment that brings the same revision right now: an interrupted run's, most likely."""
    going = live.under_way
    if going is None or wanted.existing is None or going.revision != wanted.existing.arn or choice.force:
        return None
    # Once its tasks are the primary ones there is nothing left to bring.
    return None if live.revision == wanted.existing.arn else going.id


def _nothing_to_do(aws: Aws, service: ServiceOutputs, live: Live, wanted: Wanted) -> str | None:
    idle = nothing_to_release(service, live, wanted.image)
    if idle is None:
        return None
    # In the first line, which is what `deploy` says: tasks that came with the stack had no migration before.
    never = service.migration and not live.deployments
    hint = " No release yet, so its migration has not run: docs/releasing.md, A migration first."
    lines = [f"{idle} Nothing to release.{hint if never else ''}"]
    going = live.under_way
    if going is not None and going.revision == live.revision:
        lines.append(f"The old tasks of {going.id} still wait; {command('finish', aws, service)} ends them.")
    elif going is not None:
        lines.append(f"The deployment {going.id} of {revision_name(going.revision)} is under way.")
    lines.append(f"{command('release', aws, service, '--force')} starts the same revision anew.")
    return "\n".join(lines)


def refuse_findings(findings: Sequence[Finding], progress: Progress, *, forced: bool) -> None:
    """Show the findings of the checks.

    Args:
        findings: What was found.
        progress: Where to show it.
        forced: Whether a release goes on where it may itself be the cure.

    Raises:
        OperateError: Something has to be put right before.
    """
    refusals: list[Finding] = []
    for each in findings:
        may_pass = forced and each.may_be_forced
        refused = each.verdict is Verdict.REFUSED and not may_pass
        mark = "refused" if refused else "forced" if each.verdict is Verdict.REFUSED else each.verdict.value
        progress.say(f"check {each.name}: {mark}: {each.says}")
        if refused:
            refusals.append(each)
    if refusals:
        raise OperateError(
            "\n".join(f"{each.name}: {each.says}" for each in refusals) + "\nNothing was released.",
            next_step="; ".join(dict.fromkeys(each.fix for each in refusals if each.fix)) or None,
        )


def _create(aws: Aws, service: ServiceOutputs, revision: Revision, live: Live, progress: Progress) -> str:
    description = f"release {revision.name} in place of {revision_name(live.revision)}"
    try:
        id_ = deployment.create(aws, service, revision=revision.arn, description=description)
    except AnotherDeploymentError as error:
        other = read(aws, service).under_way
        if other is None or other.revision != revision.arn:
            raise
        # The same release elsewhere, or this one's own call whose answer was lost on the way.
        progress.say(f"{error.problem} It brings the same revision.")
        return other.id
    progress.say(f"deployment: {id_} brings {revision.name} in place of {revision_name(live.revision)}")
    return id_


def _brings(id_: str, revision: Revision | None, live: Live, notes: list[str]) -> Brings:
    return Brings(
        deployment=id_,
        revision=revision.arn if revision else None,
        image=revision.image.uri if revision else None,
        before=live.revision,
        notes=notes,
    )


def _follow(
    aws: Aws, service: ServiceOutputs, brings: Brings, progress: Progress, pace: Pace, *, wait: bool
) -> Outcome:
    if not wait:
        return Outcome(
            says=f"{brings.deployment}\n{command('watch', aws, service)} shows its progress.",
            result="started",
            deployment=brings.deployment,
            revision=brings.revision,
            image=brings.image,
            notes=brings.notes,
        )
    progress.say(f"watching {brings.deployment}; Ctrl-C leaves it running")
    watch = watch_of(aws, service, progress, pace)
    moment = watch.follow(CodeDeployDeployment(aws, service, brings.deployment), Until.REST)
    return conclude(aws, service, moment, brings, watch)
