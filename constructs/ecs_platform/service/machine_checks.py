"""Whether a task can run on the machines it is given."""

from ecs_platform.capacity.ec2_capacity import Ec2Capacity
from ecs_platform.mistakes import Mistake
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.ec2_task_definition import Ec2TaskDefinition
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
        raise ConfigurationError(
            f"{kind} cannot run the task {task.family}: {why}.", allowed=instead, where=f"{kind}(task=...)."
        )


def machine_mistakes(task: Ec2TaskDefinition, capacity: Ec2Capacity, *, kind: str) -> list[Mistake]:
    """What a task asks for and its instances do not have.

    Args:
        task: The task definition.
        capacity: The instances.
        kind: The construct that takes both.
    """
    where = f"Ec2TaskDefinition(...) or {kind}(...)."
    found: list[Mistake] = []
    if task.architecture is not capacity.architecture:
        found.append(
            Mistake(
                problem=f"The task's image is built for {task.architecture}, and the instances are "
                f"{capacity.architecture}: every task would end with an exec format error.",
                allowed="one architecture for both.",
                where=where,
            )
        )
    if task.gpus and not capacity.gpu:
        found.append(
            Mistake(
                problem=f"A task wants {task.gpus} GPUs, and the image of its instances drives none.",
                allowed="Ec2Image(gpu=True) on instance types with NVIDIA GPUs, or no gpus.",
                where=where,
            )
        )
    if task.privileged and not capacity.privileged:
        found.append(
            Mistake(
                problem="A container is privileged, and the agents of the instances start none.",
                allowed="AgentConfig(allow_privileged=True), or no privileged container.",
                where=where,
            )
        )
    ports = capacity.dynamic_ports
    if task.host_port is not None and ports.first <= task.host_port <= ports.last:
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
        found.append(
            Mistake(
                problem=f"Host port {task.host_port} lies among {ports.first} to {ports.last}, from which "
                "ECS picks ports for other tasks.",
                allowed="a host_port outside of them, or none: then ECS picks a free one.",
                where=where,
            )
        )
    return found
