"""The stacks of an environment: which are there, and what to do about those that are not well."""

from collections.abc import Iterator, Mapping

from operate.aws import explained
from operate.checking.finding import Finding, Verdict
from operate.outputs import Deployed
from operate.problem import OperateError


def stack_status(deployed: Deployed, stack: str) -> str | None:
    """CloudFormation's status of a stack. None where there is no such stack.

    Args:
        deployed: The environment.
        stack: The stack's name.
    """
    try:
        with explained(f"read the stack {stack}"):
            found = deployed.aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except OperateError as error:
        if "does not exist" in str(error.__cause__):
            return None
        return f"not known: {error.problem}"
    status: str = found["StackStatus"]
    # A change set that was never executed leaves an empty stack behind.
    return None if status in {"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"} else status


def stack_checks(deployed: Deployed, stacks: Mapping[str, str | None]) -> Iterator[Finding]:
    """Which are there, and in which state.

    Args:
        deployed: The environment.
        stacks: The status of each, None where there is none.
    """
    deploy = f"make deploy ENV={deployed.environment.name}"
    absent = [stack for stack, status in stacks.items() if status is None]
    if absent:
        says = "nothing is deployed" if len(absent) == len(stacks) else f"not deployed: {', '.join(absent)}"
        yield Finding(name="stacks", verdict=Verdict.WARNING, says=says, fix=deploy)
    well = 0
    for stack, status in stacks.items():
        if status is None:
            continue
        verdict, fix = _of_stack(stack, status, deploy)
        well += verdict is Verdict.OK
        if verdict is not Verdict.OK:
            yield Finding(name="stacks", verdict=verdict, says=f"{stack}: {status}", fix=fix)
    if well:
        yield Finding(name="stacks", verdict=Verdict.OK, says=f"{well} of {len(stacks)} deployed and well")


def _of_stack(stack: str, status: str, deploy: str) -> tuple[Verdict, str | None]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html."""
    if status == "ROLLBACK_COMPLETE":
        # A first deployment that failed leaves a stack that can only be deleted.
        return Verdict.REFUSED, f"aws cloudformation delete-stack --stack-name {stack}, then {deploy}"
    if status == "UPDATE_ROLLBACK_FAILED":
        return Verdict.REFUSED, f"aws cloudformation continue-update-rollback --stack-name {stack}"
    if status.endswith("_FAILED"):
        return Verdict.REFUSED, f"aws cloudformation describe-stack-events --stack-name {stack} says why"
    if status.endswith("_IN_PROGRESS"):
        return Verdict.WARNING, "wait until it has ended"
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return Verdict.WARNING, f"its last update was undone; {deploy} shows the reason again"
    return (Verdict.OK, None) if status.endswith("_COMPLETE") else (Verdict.WARNING, None)
