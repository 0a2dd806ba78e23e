"""The stacks of a deployment, one after the other: each change set is read before it is executed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from operate.deploying.assembly import Stack
from operate.deploying.change_set import discard, execute, read_change_set
from operate.deploying.first_tasks import FirstTasks
from operate.deploying.gate import Finding, by_change_set, by_templates, judge, report
from operate.deploying.gate.environment import examine
from operate.deploying.tools import UNCHANGED, Tools
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from operate.reading.stack_state import NEVER_WAS, StackState, read_state
from operate.together import together


class StackDeployment:
    """Brings stacks to what the app wrote, through the gate.

    Args:
        deployed: The environment.
        tools: What to work with.
        retire: What may go although a revision in use needs it.
    """

    def __init__(self, deployed: Deployed, tools: Tools, *, retire: Sequence[str] = ()) -> None:
        self._deployed = deployed
        self._aws = deployed.aws
        self._tools = tools
        self._retire = frozenset(retire)
        self._again = f"make deploy ENV={deployed.environment.name}"
        self._done: list[str] = []

    def run(self, stacks: Sequence[Stack]) -> None:
        """Deploy them.

        Args:
            stacks: Each after those that it needs.

        Raises:
            OperateError: Nothing was changed, or how far it came; it says which.
        """
        states = self._states(stacks)
        pairs = list(zip(stacks, states, strict=True))
        self._gate(examine(self._deployed, pairs), UNCHANGED)
        changing = [(stack, state) for stack, state in pairs if not state.is_as(stack)]
        if not changing:
            many = f"{len(stacks)} stacks are" if len(stacks) > 1 else f"{stacks[0].name} is"
            self._tools.say(f"{many} as the templates say: nothing to deploy.")
            return
        if not self._tools.agree(summary(changing)):
            raise OperateError(UNCHANGED)
        for stack, state in changing:
            self._deploy(stack, state)
            self._done.append(stack.name)

    def _states(self, stacks: Sequence[Stack]) -> Sequence[StackState]:
        self._aws.client("cloudformation")
        states = together([lambda name=stack.name: read_state(self._aws, name) for stack in stacks])
        # What CloudFormation itself cannot leave any more: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-update-rollback-failed
        ways = {
            "UPDATE_ROLLBACK_FAILED": "aws cloudformation continue-update-rollback --stack-name {}",
            "DELETE_FAILED": "put right what {} could not delete, and delete it again",
        }
        stuck = [state for state in states if state.status in ways]
        if stuck:
            raise OperateError(
                "\n".join(f"{state.name} is {state.status}: {state.reason}" for state in stuck),
                next_step="\n".join(ways[state.status or ""].format(state.name) for state in stuck),
            )
        for stack, state in zip(stacks, states, strict=True):
            if state.busy:
                self._tools.say(f"{state.name}: CloudFormation is at work on it ({state.status}); waiting.")
                with self._goes_on(state.name):
                    self._tools.follow.until_rest(state.name, self._first_tasks(stack, state))
        return [read_state(self._aws, state.name) if state.busy else state for state in states]

    def _gate(self, findings: Sequence[Finding], so_far: str) -> None:
        named = [each for each in findings if each.retire in self._retire]
        for each in named:
            self._tools.say(f"let go as asked: {each.retire}. {each.says}")
        for each in findings:
            if not each.refused:
                self._tools.say(report([each]))
        refused = [each for each in findings if each.refused and each not in named]
        if refused:
            raise OperateError(f"{report(refused)}\n{so_far}")

    def _deploy(self, stack: Stack, state: StackState) -> None:
        tools, before = self._tools, UNCHANGED
        if self._done:
            before = f"Deployed before it: {', '.join(self._done)}."
        with self._stops(f"Interrupted while {stack.name} was prepared. {before}"):
            with tools.doing(f"{stack.name}: preparing its change set"):
                tools.cdk.prepare(stack.path)
                change_set = read_change_set(self._aws, stack.name)
            if change_set.empty:
                discard(self._aws, change_set)
                tools.say(f"{stack.name}: nothing to change.")
                return
            changes = by_change_set(stack.name, change_set.changes, state.template, stack.template)
            try:
                self._gate(judge(changes), f"{stack.name} was not changed. {before}")
            except OperateError:
                discard(self._aws, change_set)
                raise
            tools.follow.start(stack.name)
        with self._goes_on(stack.name):
            execute(self._aws, change_set)
            tools.follow.until_rest(stack.name, self._first_tasks(stack, state))
        tools.say(f"{stack.name}: {'updated' if state.deployed else 'created'}.")

    def _first_tasks(self, stack: Stack, state: StackState) -> FirstTasks | None:
        """Who looks at the tasks while a service is created. Later on, CloudFormation waits for none."""
        created = state.status in {*NEVER_WAS, None, "CREATE_IN_PROGRESS"}
        if created and stack.id in self._deployed.service_names():
            return FirstTasks(self._deployed, stack)
        return None

    @contextmanager
    def _stops(self, says: str) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            raise OperateError(
                says, next_step=f"{self._again} goes on from here.", code=ExitCode.INTERRUPTED
            ) from None

    @contextmanager
    def _goes_on(self, stack: str) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            raise OperateError(
                f"CloudFormation goes on with {stack}.",
                next_step=f"{self._again} comes back to it; "
                f"aws cloudformation cancel-update-stack --stack-name {stack} turns an update back.",
                code=ExitCode.INTERRUPTED,
            ) from None


def summary(changing: Sequence[tuple[Stack, StackState]]) -> str:
    """What is going to happen, a line or two for each stack.

    Args:
        changing: The stacks that change, each with what is.
    """
    lines: list[str] = []
    for stack, state in changing:
        changes = by_templates(stack.name, state.template, stack.template)
        counts = {
            word: sum(change.action == action for change in changes)
            for word, action in (("new", "Add"), ("changed", "Modify"), ("removed", "Remove"))
        }
        told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        if not state.deployed:
            noun = "resource" if counts["new"] == 1 else "resources"
            lines.append(f"{stack.name}: a new stack of {counts['new']} {noun}")
            continue
        lines.append(f"{stack.name}: {told or 'no resource, but outputs, tags or descriptions'}")
        access = sorted(
            change.logical_id
            for change in changes
            if change.type.startswith("AWS::IAM::") or change.type.startswith("AWS::EC2::SecurityGroup")
        )
        if access:
            lines.append(f"  roles, policies or security groups among them: {', '.join(access)}")
    return "\n".join(lines)
