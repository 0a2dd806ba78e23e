"""`exec`: a command inside of a running container, or a shell."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError
from rich.console import Console

from operate.aws import Aws, error_code, explained
from operate.checking.finding import Verdict, line
from operate.entering import plugin
from operate.entering.preflight import preflight
from operate.entering.target import Target, choose
from operate.outputs import Deployed, ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.words import command

SHELL = "/bin/sh"
# Of the longest name of a check.
_WIDTH = len("task definition")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person asked for.

    Args:
        words: The command; none is a shell.
        container: The container. None is the one behind the load balancer.
        task: The task's id, or its beginning. None is the newest healthy one.
        check: Whether to look only.
        force: Whether to try although something is refused.
    """

    words: Sequence[str] = ()
    container: str | None = None
    task: str | None = None
    check: bool = False
    force: bool = False

    @property
    def command(self) -> str:
        """The command in one string, which is how ECS takes it: one word goes there as it is."""
        return self.words[0] if len(self.words) == 1 else shlex.join(self.words) or SHELL


def enter(deployed: Deployed, name: str, choice: Choice, console: Console) -> int:
    """Look whether a session can be opened, open it, and stay until it ends.

    Args:
        deployed: The environment.
        name: The service.
        choice: What was asked for.
        console: Where to say what was found; stdout is the session's.

    Returns:
        The plugin's exit code; of a look alone, REFUSED where something stands in the way.

    Raises:
        OperateError: No task runs, something stands in the way, or ECS refused.
    """
    aws = deployed.aws
    service = deployed.service(name)
    target = choose(aws, service, task=choice.task, container=choice.container)
    findings = [plugin.examined(), *plugin.terminal(), *preflight(aws, service, target)]
    console.print(str(target), markup=False, highlight=False, soft_wrap=True)
    for each in findings:
        if choice.check or each.verdict is not Verdict.OK:
            console.print(line(each, _WIDTH), soft_wrap=True)
    refused = [each for each in findings if each.verdict is Verdict.REFUSED]
    if choice.check:
        return ExitCode.REFUSED if refused else ExitCode.DONE
    path = plugin.found()
    if path is None or (refused and not choice.force):
        raise OperateError(
            f"No session: {', '.join(each.name for each in refused)} stand in the way."
            if len(refused) > 1
            else f"No session: {refused[0].name} stands in the way.",
            next_step="the line with the arrow says what helps; then the command again.",
        )
    return _session(aws, service, target, choice.command, path)


def _session(aws: Aws, service: ServiceOutputs, target: Target, words: str, path: str) -> int:
    ecs = aws.client("ecs")
    try:
        with explained(f"open a session in {target.container}"):
            answer = ecs.execute_command(
                cluster=service.cluster,
                task=target.task_id,
                container=target.container,
                command=words,
                # ECS has no other way.
                interactive=True,
            )
    except OperateError as error:
        cause = error.__cause__
        if isinstance(cause, ClientError) and error_code(cause) == "TargetNotConnectedException":
            raise OperateError(
                f"ECS does not reach the agent in {target.container}.",
                cause="the task has just started, its role may not open channels, or its subnets do not lead "
                "to ssmmessages.",
                next_step=command("exec", aws, service, "--check"),
                code=ExitCode.FAILED,
            ) from error
        raise
    return plugin.talk(
        path,
        session=answer["session"],
        target=target.ssm_name,
        region=ecs.meta.region_name,
        endpoint=ecs.meta.endpoint_url,
    )
