"""Everything that has to be so before ECS can open a session: all of it at once, each with its fix.

What AWS's own checker looks at (https://github.com/aws-containers/amazon-ecs-exec-checker), in the words of
this project's files and commands.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from operate.aws import Aws, explained
from operate.checking.finding import Finding, Verdict, checked, refusal
from operate.checking.reach_checks import out_of_reach
from operate.entering.recording import Recording, read_recording, recorded
from operate.entering.target import Target
from operate.entering.task_role import may_open_channels
from operate.outputs import ServiceOutputs
from operate.problem import OperateError
from operate.releasing.revision import read_revision
from operate.together import together
from operate.words import command

_Answer = TypeVar("_Answer")

CLIENTS = ("ecs", "iam", "ec2", "logs")
"""The clients it asks with, to be made before."""

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
_OLDEST_PLATFORM = {"linux": (1, 4, 0), "windows": (1, 0, 0)}
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY")


def preflight(aws: Aws, service: ServiceOutputs, target: Target) -> Sequence[Finding]:
    """Every check, whatever the others found.

    Args:
        aws: The way to AWS.
        service: The service.
        target: The container to get into.
    """
    for client in CLIENTS:
        aws.client(client)
    answers: list[Any] = together(
        [
            lambda: checked("service", lambda: _turned_on(aws, service, target)),
            lambda: _tried(lambda: read_revision(aws, service, target.revision).definition),
            lambda: _tried(lambda: read_recording(aws, service)),
        ]
    )
    turned_on, definition, recording = answers
    asked: list[Callable[[], Finding]] = []
    if isinstance(recording, Recording):
        asked.append(lambda: checked("audit log", lambda: recorded(aws, recording)))
        asked.append(lambda: checked("network", lambda: _reached(aws, service, recording)))
    if isinstance(recording, Recording) and not isinstance(definition, OperateError):
        role = may_open_channels
        asked.append(lambda: checked("task role", lambda: role(aws, definition, target.task, recording)))
    return [
        turned_on,
        _agent(aws, service, target),
        _platform(target),
        *(
            [refusal("task definition", definition)]
            if isinstance(definition, OperateError)
            else _container(aws, definition, target)
        ),
        *([refusal("cluster", recording)] if isinstance(recording, OperateError) else []),
        *together(asked),
    ]


def _tried(ask: Callable[[], _Answer]) -> _Answer | OperateError:
    try:
        return ask()
    except OperateError as error:
        return error


def _turned_on(aws: Aws, service: ServiceOutputs, target: Target) -> Finding:
    with explained("describe the service"):
        services: list[Mapping[str, Any]] = aws.client("ecs").describe_services(
            cluster=service.cluster, services=[service.service]
        )["services"]
    release = command("release", aws, service, "--force")
    if not any(each.get("enableExecuteCommand") for each in services):
        return Finding(
            name="service",
            verdict=Verdict.REFUSED,
            says="ECS Exec is off",
            fix=f"exec_enabled=True for {service.name} in environments/{_file(aws)}, "
            f"make deploy ENV={aws.environment.name}, and {release} where that starts no new tasks",
        )
    if not target.task.get("enableExecuteCommand"):
        return Finding(
            name="service",
            verdict=Verdict.REFUSED,
            says=f"ECS Exec is on, but task {target.task_id} is older than that",
            fix=f"{release} starts new tasks",
        )
    return Finding(name="service", verdict=Verdict.OK, says="ECS Exec is on, and was when the task started")


def _agent(aws: Aws, service: ServiceOutputs, target: Target) -> Finding:
    agents: list[Mapping[str, Any]] = target.described.get("managedAgents", [])
    agent = next((each for each in agents if each["name"] == "ExecuteCommandAgent"), None)
    state = agent.get("lastStatus", "UNKNOWN") if agent else "not there"
    if agent and state == "RUNNING":
        return Finding(name="agent", verdict=Verdict.OK, says=f"runs in {target.container}")
    if agent and state == "PENDING":
        return Finding(
            name="agent", verdict=Verdict.REFUSED, says="starts", fix="some seconds, then the command again"
        )
    reason = agent.get("reason") if agent else None
    return Finding(
        name="agent",
        verdict=Verdict.REFUSED,
        says=f"{state} in {target.container}" + (f": {reason}" if reason else ""),
        fix="what else is refused here; it starts with the task alone, so then "
        + command("release", aws, service, "--force"),
    )


def _platform(target: Target) -> Finding:
    said: str | None = target.task.get("platformVersion")
    if said is None:
        where = target.task.get("launchType", "unknown capacity")
        says = (
            "not known: ECS does not say which version of Fargate the task runs on"
            if where == "FARGATE"
            else f"not looked at: the task runs on {where}, where the ECS agent has to be 1.50.2 or later"
        )
        return Finding(name="platform", verdict=Verdict.WARNING, says=says)
    family = str(target.task.get("platformFamily", "Linux")).lower()
    oldest = _OLDEST_PLATFORM["windows" if "windows" in family else "linux"]
    if tuple(int(part) for part in said.split(".")) < oldest:
        wanted = ".".join(str(part) for part in oldest)
        return Finding(
            name="platform",
            verdict=Verdict.REFUSED,
            says=f"version {said} of Fargate, and ECS Exec needs {wanted}",
            fix=f"platform version LATEST, or {wanted} or later, and new tasks",
        )
    return Finding(name="platform", verdict=Verdict.OK, says=f"version {said}")


def _container(aws: Aws, definition: Mapping[str, Any], target: Target) -> Sequence[Finding]:
    # A sidecar that ECS adds on its own, such as Service Connect's, has no definition.
    container: Mapping[str, Any] = next(
        (each for each in definition["containerDefinitions"] if each["name"] == target.container), {}
    )
    name, file = target.container, f"environments/{_file(aws)}"
    writable = not container.get("readonlyRootFilesystem", False)
    init = container.get("linuxParameters", {}).get("initProcessEnabled", False)
    keys = [each["name"] for each in container.get("environment", []) if each["name"] in _KEYS]
    keys += [each["name"] for each in container.get("secrets", []) if each["name"] in _KEYS]
    found = [
        Finding(name="root", verdict=Verdict.OK, says=f"{name} may write to its file system")
        if writable
        else Finding(
            name="root",
            verdict=Verdict.REFUSED,
            says=f"the root file system of {name} is read-only, and the agent has to write to it",
            fix=f"exec_enabled=True in {file} makes it writable",
        ),
        Finding(name="init", verdict=Verdict.OK, says="an init process reaps what sessions leave behind")
        if init
        else Finding(
            name="init",
            verdict=Verdict.WARNING,
            says=f"{name} has no init process: what sessions leave behind stays until the task stops",
            fix="linuxParameters.initProcessEnabled in the task definition",
        ),
    ]
    if keys:
        found.append(
            Finding(
                name="variables",
                verdict=Verdict.WARNING,
                says=f"{', '.join(keys)}: the agent takes these credentials and not the task role's",
                fix=f"take them out of {file}, and grant the task role what they were for",
            )
        )
    if definition.get("pidMode") == "task":
        found.append(
            Finding(
                name="processes",
                verdict=Verdict.WARNING,
                says="the containers share their processes, so one session at a time gets into the task",
            )
        )
    return found


def _reached(aws: Aws, service: ServiceOutputs, recording: Recording) -> Finding:
    wanted = {"ssmmessages", *(("kms",) if recording.key else ())}
    if recording.logging == "OVERRIDE" and recording.log_group:
        wanted.add("logs")
    problems = out_of_reach(aws, service, wanted)
    if problems:
        return Finding(
            name="network",
            verdict=Verdict.REFUSED,
            says="; ".join(problems),
            fix=f"make deploy ENV={aws.environment.name} makes what exec_enabled=True asks for",
        )
    return Finding(name="network", verdict=Verdict.OK, says=f"{', '.join(sorted(wanted))} are reached")


def _file(aws: Aws) -> str:
    return f"{aws.environment.name.replace('-', '_')}.py"
