"""`diff`: what a deployment would change, and what of it the gate would refuse."""

from operate.deploying.assembly import read_stacks, with_needed
from operate.deploying.gate import report
from operate.deploying.gate.environment import examine
from operate.deploying.tools import Tools
from operate.outputs import Deployed
from operate.problem import OperateError
from operate.reading.stack_state import read_state


def diff(deployed: Deployed, tools: Tools, *, stack: str | None = None) -> None:
    """Show both.

    Args:
        deployed: The environment, deployed or not.
        tools: What to work with.
        stack: Only this stack and those that have to be there before it. All by default.

    Raises:
        OperateError: The gate would refuse the deployment.
    """
    with tools.doing("synthesizing"):
        tools.cdk.synthesize()
    stacks = read_stacks(tools.cdk.assembly, deployed.environment.name)
    if stack is not None:
        stacks = with_needed(stacks, stack)
    with tools.doing("comparing"):
        compared = tools.cdk.diff([each.path for each in stacks])
        findings = examine(deployed, [(each, read_state(deployed.aws, each.name)) for each in stacks])
    tools.say(compared.strip())
    refused = [each for each in findings if each.refused]
    for each in findings:
        if not each.refused:
            tools.say(report([each]))
    if refused:
        raise OperateError(
            f"A deployment would be refused:\n{report(refused)}",
            next_step="put it right; make deploy reads CloudFormation's change sets besides.",
        )
    tools.say("The gate lets a deployment through, as far as templates tell.")
