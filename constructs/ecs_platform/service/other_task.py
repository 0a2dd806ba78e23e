"""Whether a task definition is made for the machines that are to run it."""

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.task import Task

_OTHER_TASKS = {
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, schedulingStrategy
    ("DaemonService", Compatibility.FARGATE): (
        "on Fargate nobody has an instance to put one task on each: AWS knows DAEMON on EC2 and external "
        "instances alone",
        "a sidecar in every task, TaskDefinition(sidecars=[...]); or Ec2TaskDefinition(...) for instances.",
    ),
    ("DaemonService", Compatibility.EXTERNAL): (
        "it is made for external instances",
        "Ec2TaskDefinition(...); ExternalService(daemon=True) for external instances.",
    ),
    ("ExternalService", Compatibility.FARGATE): (
        "it is made for Fargate, whose tasks run inside AWS alone",
        "ExternalTaskDefinition(...); Service(...) for Fargate.",
    ),
    ("ExternalService", Compatibility.EC2): (
        "it is made for instances of EC2",
        "ExternalTaskDefinition(...); Ec2Service(...) for instances of EC2.",
    ),
    ("Ec2Service", Compatibility.FARGATE): (
        "it is made for Fargate, which brings its own machines",
        "Ec2TaskDefinition(...); Service(...) for Fargate.",
    ),
    ("Ec2Service", Compatibility.EXTERNAL): (
        "it is made for external instances, which no capacity provider knows",
        "Ec2TaskDefinition(...); ExternalService(...) for external instances.",
    ),
}
_ELSEWHERE = {
    Compatibility.EC2: ("instances of EC2", "Ec2Service(...)"),
    Compatibility.EXTERNAL: ("external instances", "ExternalService(...)"),
}


def refuse_other_task(task: Task, *, kind: str) -> None:
    """Refuse a task definition for other machines, before anything else is asked of it.

    Args:
        task: The task definition.
        kind: The construct that takes it.

    Raises:
        ConfigurationError: It is made for other machines; why that cannot be, and what to do.
    """
    found = _OTHER_TASKS.get((kind, task.compatibility))
    if found:
        why, instead = found
        raise _cannot(task, why, instead, kind)


def refuse_machine_task(task: Task, *, kind: str) -> None:
    """Refuse, on Fargate, a task definition for EC2 or external instances.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html

    Args:
        task: The task definition.
        kind: The construct that takes it, on Fargate.

    Raises:
        ConfigurationError: It is made for other machines; why that cannot be, and what to do.
    """
    if task.compatibility is Compatibility.FARGATE:
        return
    machines, service = _ELSEWHERE[task.compatibility]
    mode = "" if task.network_mode is NetworkMode.AWSVPC else f", in network mode {task.network_mode}"
    raise _cannot(
        task,
        f"it is made for {machines}{mode}, and on Fargate every task has a size that AWS sells and a network "
        "interface of its own",
        f"TaskDefinition(...); {service} for {machines}.",
        kind,
    )


def _cannot(task: Task, why: str, instead: str, kind: str) -> ConfigurationError:
    return ConfigurationError(
        f"{kind} cannot run the task {task.family}: {why}.", allowed=instead, where=f"{kind}(task=...)."
    )
