"""Whether the task role may do what the agent in the container does."""

from collections.abc import Iterator, Mapping
from typing import Any

from operate.aws import Aws, explained
from operate.checking.finding import Finding, Verdict
from operate.entering.recording import Recording

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
CHANNELS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
_WRITE = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")


def may_open_channels(
    aws: Aws, definition: Mapping[str, Any], task: Mapping[str, Any], recording: Recording
) -> Finding:
    """Ask IAM, without doing anything, what the role of a task may do.

    A policy of the key or of an organization is not part of the answer.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html

    Args:
        aws: The way to AWS.
        definition: The task definition, as DescribeTaskDefinition answers.
        task: The task, as DescribeTasks answers.
        recording: What the cluster says of sessions.
    """
    role = task.get("overrides", {}).get("taskRoleArn") or definition.get("taskRoleArn")
    if not role:
        return Finding(
            name="task role",
            verdict=Verdict.REFUSED,
            says="the task has none; the execution role does not help, the agent has the container's rights",
            fix="a task role with what docs/exec.md lists",
        )
    denied: list[str] = []
    for actions, resource in _wanted(aws, role, recording):
        with explained("ask what the task role may do"):
            results: list[Mapping[str, Any]] = aws.client("iam").simulate_principal_policy(
                PolicySourceArn=role, ActionNames=list(actions), ResourceArns=[resource]
            )["EvaluationResults"]
        denied += [each["EvalActionName"] for each in results if each["EvalDecision"] != "allowed"]
    name = role.rpartition("/")[2]
    if denied:
        return Finding(
            name="task role",
            verdict=Verdict.REFUSED,
            says=f"{name} may not {', '.join(denied)}",
            fix="exec_enabled=True gives it all of them; docs/exec.md lists them",
        )
    return Finding(name="task role", verdict=Verdict.OK, says=f"{name} may open channels and write the log")


def _wanted(aws: Aws, role: str, recording: Recording) -> Iterator[tuple[tuple[str, ...], str]]:
    _, partition, _, _, account, _ = role.split(":", 5)
    place = f"{aws.region}:{account}"
    by_group = recording.logging == "OVERRIDE" and recording.log_group
    yield (*CHANNELS, *(("logs:DescribeLogGroups",) if by_group else ())), "*"
    if by_group:
        yield _WRITE, f"arn:{partition}:logs:{place}:log-group:{recording.log_group}:*"
    if recording.key:
        key = recording.key
        yield ("kms:Decrypt",), key if key.startswith("arn:") else f"arn:{partition}:kms:{place}:key/{key}"
