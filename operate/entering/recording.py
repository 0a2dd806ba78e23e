"""What the cluster says of sessions: which key encrypts them, and where they are written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from operate.aws import Aws, explained
from operate.checking.finding import Finding, Verdict
from operate.outputs import ServiceOutputs

_FIX = "the platform stack says it: make deploy ENV={0} puts it back"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The cluster's configuration of ECS Exec.

    Args:
        key: Id or ARN of the key that encrypts sessions. None is TLS alone.
        logging: NONE, DEFAULT (the task's own log) or OVERRIDE (the log group).
        log_group: Name of the log group. None where there is none.
        encrypted: Whether the group has to be encrypted.
    """

    key: str | None
    logging: str
    log_group: str | None
    encrypted: bool


def read_recording(aws: Aws, service: ServiceOutputs) -> Recording:
    """Ask ECS how the cluster records sessions.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html

    Args:
        aws: The way to AWS.
        service: A service of the cluster.
    """
    with explained("describe the cluster"):
        clusters: list[Mapping[str, Any]] = aws.client("ecs").describe_clusters(
            clusters=[service.cluster], include=["CONFIGURATIONS"]
        )["clusters"]
    said: Mapping[str, Any] = {}
    for cluster in clusters:
        said = cluster.get("configuration", {}).get("executeCommandConfiguration", {})
    log = said.get("logConfiguration", {})
    return Recording(
        key=said.get("kmsKeyId"),
        logging=said.get("logging", "DEFAULT"),
        log_group=log.get("cloudWatchLogGroupName"),
        encrypted=log.get("cloudWatchEncryptionEnabled", False),
    )


def recorded(aws: Aws, recording: Recording) -> Finding:
    """Whether sessions are encrypted and written down, and whether the place to write them to is there.

    Args:
        aws: The way to AWS.
        recording: What the cluster says.
    """
    fix = _FIX.format(aws.environment.name)
    if recording.logging != "OVERRIDE" or recording.log_group is None:
        says = {
            "NONE": "sessions are not written down",
            "DEFAULT": "sessions are written to the task's own log, if at all",
        }.get(recording.logging, "sessions are not written to a log group of their own")
        return Finding(name="audit log", verdict=Verdict.WARNING, says=says, fix=fix)
    with explained("look for the audit log"):
        groups: list[Mapping[str, Any]] = aws.client("logs").describe_log_groups(
            logGroupNamePrefix=recording.log_group
        )["logGroups"]
    group = next((each for each in groups if each["logGroupName"] == recording.log_group), None)
    # Sessions end at once where they cannot be written down.
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec-troubleshooting.html
    if group is None:
        return Finding(
            name="audit log",
            verdict=Verdict.REFUSED,
            says=f"the cluster writes sessions to {recording.log_group}, which does not exist",
            fix=fix,
        )
    if recording.encrypted and not group.get("kmsKeyId"):
        return Finding(
            name="audit log",
            verdict=Verdict.REFUSED,
            says=f"the cluster wants {recording.log_group} encrypted, and it is not",
            fix=fix,
        )
    if recording.key is None:
        return Finding(
            name="audit log",
            verdict=Verdict.WARNING,
            says=f"{recording.log_group}; no key of the cluster's own encrypts the sessions",
            fix=fix,
        )
    return Finding(name="audit log", verdict=Verdict.OK, says=f"{recording.log_group}, encrypted")
