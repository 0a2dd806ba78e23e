"""`deploy`: checks, one synthesis, the stacks through the gate, then a release where one is due.

It may end at any point and be run again: what stands is left alone, a stack at work is waited for, and a
release goes on where it was. docs/decisions/deploy-gate.md tells the reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from operate.checking.readiness import MissingImage, account_and_domain, missing_images, refuse
from operate.deploying.assembly import Stack, read_stacks, resource_types, with_needed
from operate.deploying.bootstrap import not_covered
from operate.deploying.deploy_stacks import StackDeployment
from operate.deploying.tools import UNCHANGED, Tools
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from operate.releasing.commands import releasing
from operate.releasing.progress import Progress
from operate.releasing.release import Choice as ReleaseChoice
from operate.releasing.watch import Pace

_REGISTRY = "registry"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the caller asks of a deployment.

    Args:
        stack: Only this stack and those that have to be there before it. All by default.
        use_configured_image: Whether the environment file's image comes back where a release brought another.
            No by default.
        retire: What may go although a revision in use needs it, by the names that the gate gives. Nothing by
            default.
        release: Whether what is due is released as well. Yes by default; no where a release of another image
            follows, which would have to wait for this one's old tasks.
        wait_for_old_tasks: Whether a release waits for the old tasks of the one before. By default it is
            refused meanwhile, after the stacks are deployed.
        pace: How often AWS is asked how a release goes on.
    """

    stack: str | None = None
    use_configured_image: bool = False
    retire: Sequence[str] = ()
    release: bool = True
    wait_for_old_tasks: bool = False
    pace: Pace = field(default_factory=Pace)


def deploy(deployed: Deployed, choice: Choice, tools: Tools) -> None:
    """Make an environment what its file says.

    Args:
        deployed: The environment, deployed or not.
        choice: What to deploy, and how.
        tools: What to work with.

    Raises:
        OperateError: Nothing was changed, or how far it came; it says which.
    """
    again = f"make deploy ENV={deployed.environment.name}"
    try:
        to_push = _check(deployed, choice, tools)
        with tools.doing("synthesizing"):
            tools.cdk.synthesize()
    except KeyboardInterrupt:
        raise OperateError(
            f"Interrupted. {UNCHANGED}", next_step=f"{again} begins anew.", code=ExitCode.INTERRUPTED
        ) from None
    stacks = read_stacks(tools.cdk.assembly, deployed.environment.name)
    _refuse_uncovered(deployed, stacks)
    deployment = StackDeployment(deployed, tools, retire=choice.retire)
    if to_push:
        # Somewhere to push to is all that a missing image needs.
        deployment.run(with_needed(stacks, _REGISTRY))
        raise OperateError(
            "\n".join(f"{each.says}." for each in to_push)
            + "\nThe repositories are there; nothing else was changed.",
            next_step="\n".join([*(each.push for each in to_push), f"then {again}."]),
        )
    if choice.stack is not None:
        stacks = with_needed(stacks, choice.stack)
    deployment.run(stacks)
    if choice.release:
        _release(deployed, stacks, choice, tools)


def _check(deployed: Deployed, choice: Choice, tools: Tools) -> Sequence[MissingImage]:
    """Refuse what can be known to fail; the images to push once there are repositories."""
    named = (*deployed.service_names(), *deployed.job_names())
    services = [name for name in named if choice.stack in {None, name}]
    with tools.doing("checking account, zones and images"):
        missing = missing_images(deployed, services, carry=not choice.use_configured_image)
        findings = list(account_and_domain(deployed))
    refuse([*findings, *(each.as_finding() for each in missing if each.repository_exists)], tools.say)
    return [each for each in missing if not each.repository_exists]


def _refuse_uncovered(deployed: Deployed, stacks: Sequence[Stack]) -> None:
    types = not_covered(deployed, resource_types(stacks))
    if types:
        raise OperateError(
            f"The bootstrap of {deployed.environment.name} was made before the templates had "
            f"{', '.join(types)}; CloudFormation would not be allowed to make that. {UNCHANGED}",
            next_step=f"make bootstrap ENV={deployed.environment.name}",
        )


def _release(deployed: Deployed, stacks: Sequence[Stack], choice: Choice, tools: Tools) -> None:
    # Read anew: the stacks' outputs may be others than at the start.
    now = Deployed(deployed.aws)
    asked = ReleaseChoice(
        use_configured_image=choice.use_configured_image, wait_for_old_tasks=choice.wait_for_old_tasks
    )
    release = releasing(asked, choice.pace)
    again = f"make deploy ENV={deployed.environment.name}"
    problems: list[OperateError] = []
    for name in now.service_names():
        if not any(stack.id == name for stack in stacks):
            continue
        try:
            with Progress(tools.console) as progress:
                outcome = release(now.aws, now.service(name), progress)
        except OperateError as error:
            if error.code is ExitCode.INTERRUPTED:
                raise
            # The next service has nothing to do with it.
            problems.append(error)
            continue
        if outcome.problem is not None:
            problems.append(outcome.problem)
        else:
            # Its first line; what else can be done with a release is for `release` to say.
            tools.say(outcome.says.partition("\n")[0])
    if problems:
        raise OperateError(
            "The stacks are deployed.\n" + "\n".join(each.problem for each in problems),
            cause="\n".join(each.cause for each in problems if each.cause) or None,
            next_step="\n".join(
                [*(each.next_step for each in problems if each.next_step), f"then {again} goes on."]
            ),
            code=ExitCode.FAILED,
        )
