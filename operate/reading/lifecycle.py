"""A task's life in words: its phases, why it stopped, how its container ended, why it was never started.

docs/lifecycle.md shows these tables, and a test keeps it equal to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What one of AWS's words means.

    Args:
        means: The meaning.
        do: The next step of a person who meets it.
    """

    means: str
    do: str


def _of(means: str, do: str) -> Meaning:
    return Meaning(means=means, do=do)


_WAIT = "wait"

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
PHASES: Mapping[str, Meaning] = {
    "PROVISIONING": _of(
        "ECS looks for capacity and makes the task's network interface",
        "wait; for minutes: free addresses in the subnets, Fargate's quota (`make doctor`)",
    ),
    "PENDING": _of(
        "a machine takes the task; secrets and images come from here on",
        "wait; for minutes: a large image, or a registry, secret or log group that cannot be reached",
    ),
    "ACTIVATING": _of(
        "images are pulled, containers made, names and targets registered",
        "wait; for minutes: a large image, or a container that others wait for",
    ),
    "RUNNING": _of("its containers run", "read its log"),
    "DEACTIVATING": _of("what leads to it is taken away: targets, names", _WAIT),
    "STOPPING": _of(
        "its containers were sent SIGTERM",
        "wait for `stop_timeout_seconds`; what still runs then is killed (exit code 137)",
    ),
    "DEPROVISIONING": _of("its network interface is given back", _WAIT),
    "STOPPED": _of("it has ended", "read stop code, reason and exit code: ECS remembers them for an hour"),
    "DELETED": _of("ECS is about to forget it", "read its log: it stays"),
}
"""In the order in which a task goes through them; one may be over before anybody looks."""

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
STOP_CODES: Mapping[str, Meaning] = {
    "TaskFailedToStart": _of(
        "a container, its image, a secret or the network was not to be had; the program never ran",
        "read the reason",
    ),
    "EssentialContainerExited": _of(
        "a container without which the task is over has ended: the usual end of a job",
        "read its exit code, and its last lines unless that is 0",
    ),
    "UserInitiated": _of("somebody stopped it", "CloudTrail has StopTask with the name"),
    "ServiceSchedulerInitiated": _of(
        "its service did: a deployment, scaling in, or a failed health check", "read the service's events"
    ),
    "SpotInterruption": _of(
        "AWS took Spot capacity back, with two minutes' notice",
        "nothing for a service, which starts another; run a job again",
    ),
    "TerminationNotice": _of(
        "the machine below it goes: maintenance, or an instance that was stopped", "run a job again"
    ),
    "InfrastructureHealth": _of(
        "the machine below it failed", "run a job again; https://health.aws.amazon.com tells of more"
    ),
}

# How ECS's reasons begin, and what is mostly behind each. The first one that fits speaks.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
REASONS: Mapping[str, Meaning] = {
    "CannotPullContainerError": _of(
        "the image is gone from the repository, or the network does not reach ECR: endpoints ecr.api, "
        "ecr.dkr and S3, or NAT",
        "`make doctor` looks for both; push the image, or name one that is there",
    ),
    "ResourceInitializationError": _of(
        "a secret, the log group or ECR cannot be reached or read: an endpoint or a permission of the "
        "execution role is missing",
        "`make doctor`; the reason names what it was, and `make deploy` after any change of the task makes "
        "role and endpoints anew",
    ),
    "CannotCreateVolumeError": _of(
        "a volume could not be mounted: its file system, access point or security group",
        "look whether the file system has a mount target in the task's zone",
    ),
    "CannotStartContainerError": _of(
        "the container was made and would not start: mostly too little memory, or a user or command that the "
        "image has not",
        "run the image once on a machine of your own, with the same user and command",
    ),
    "OutOfMemoryError": _of(
        "the container needs more memory than `memory_mib` gives it", "a larger `memory_mib`, then deploy"
    ),
    "ContainerRuntimeTimeoutError": _of(
        "the machine did not start or stop the container in time", "run it again"
    ),
    "ContainerRuntimeError": _of("the machine below could not run the container", "run it again"),
    "Timeout waiting for network interface provisioning": _of(
        "the subnet or the account had no network interface to give",
        "free addresses in the subnets; the quota of network interfaces",
    ),
    "Capacity is unavailable at this time": _of(
        "Fargate has no room in these zones now", "run it again in some minutes, or with more zones"
    ),
    "InternalError": _of("something failed at AWS", "run it again; https://health.aws.amazon.com"),
    "Task failed ELB health checks": _of(
        "the application does not answer on `health_check_path` in time",
        "read its log; a longer grace period where it starts slowly",
    ),
    "Task failed container health checks": _of(
        "the health check of the container itself fails", "read its log; run the check in the image"
    ),
    "SpotInterruptionError": _of(
        "AWS took Spot capacity back; a service starts the task anew", "run a job again"
    ),
    "Your Spot Task was interrupted": _of(
        "AWS took Spot capacity back; a service starts the task anew", "run a job again"
    ),
    "Scaling activity initiated by": _of("its service needed fewer tasks, or newer ones", "nothing"),
    "Essential container in task exited": _of(
        "the program ended; its last lines say why", "read exit code and log"
    ),
}

# https://tldp.org/LDP/abs/html/exitcodes.html, and 128 with a signal's number
EXIT_CODES: Mapping[int, Meaning] = {
    0: _of("the program says that all went well", "nothing"),
    1: _of("the program's own word for a failure", "read its last lines"),
    126: _of(
        "the command could not be executed: built for another processor, or not executable",
        "compare `architecture` with the image's platform; chmod +x",
    ),
    127: _of("the command was not found", "correct the command, or the image's PATH"),
    137: _of(
        "killed, by want of memory or because it did not stop in time",
        "a larger `memory_mib` where the reason says OutOfMemoryError, a longer `stop_timeout_seconds` else",
    ),
    139: _of("crashed (segmentation fault)", "a native library for another processor or system is usual"),
    143: _of("stopped by SIGTERM", "somebody or something stopped it: the stop code says who"),
}

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
START_FAILURES: Mapping[str, Meaning] = {
    "Capacity is unavailable": _of(
        "Fargate has no room in these zones now", "run it again in some minutes, or with more zones"
    ),
    "AGENT": _of(
        "the agent of the chosen machine is not connected, which happens now and then", "run it again"
    ),
    "RESOURCE:ENI": _of(
        "no network interface or address is free", "free addresses in the subnets; the account's quota"
    ),
    "RESOURCE:": _of("no machine has this much left", "more capacity, or a smaller task"),
    "ATTRIBUTE": _of("no machine has what the task definition asks for", "compare both"),
    "MISSING": _of("what the call names is not there", "`make deploy` makes it anew after any change"),
    "INACTIVE": _of("what the call names was deleted or deregistered", "`make deploy` after any change"),
    "LOCATION": _of("the machine is where the task may not be", "compare the placement constraints"),
}
"""How the reasons begin with which RunTask starts nothing."""

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html#API_RunTask_Errors
START_ERRORS: Mapping[str, Meaning] = {
    "ClusterNotFoundException": _of(
        "there is no such cluster: it was deleted by hand, or the stack is of another region",
        "delete the stack of the platform and those on it, then `make deploy`",
    ),
    "PlatformUnknownException": _of("Fargate has no such platform version", "another version, or none"),
    "PlatformTaskDefinitionIncompatibilityException": _of(
        "Fargate's platform version lacks what the task definition asks for", "a newer version, or none"
    ),
    "UnsupportedFeatureException": _of("the region does not offer it", "another region, or without it"),
    "BlockedException": _of("AWS has blocked the account", "AWS Support says why"),
    "ConflictException": _of("the same call is being made already", "run it again"),
    "ServerException": _of("something failed at AWS", "run it again"),
}
"""The errors with which ECS refuses RunTask, but for words and rights."""


def reason(said: str) -> Meaning | None:
    """What is mostly behind a reason. None where nobody can say.

    Args:
        said: ECS's words.
    """
    return next((meaning for begin, meaning in REASONS.items() if begin in said), None)


def start_failure(said: str) -> Meaning | None:
    """What is behind a failure of RunTask. None where nobody can say.

    Args:
        said: Its reason.
    """
    return next((meaning for begin, meaning in START_FAILURES.items() if said.startswith(begin)), None)
