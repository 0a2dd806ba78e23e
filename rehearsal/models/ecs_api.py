"""What moto's ECS lacks: task sets of CODE_DEPLOY services, running tasks, and lists of them."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import moto.ecs.models as moto_ecs
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecs.models import EC2ContainerServiceBackend, Service, TaskSet

from rehearsal.models.tasks import RehearsedTask, keep

Backend = EC2ContainerServiceBackend
_moto_create = Backend.create_service
_moto_update = Backend.update_service
_moto_delete = Backend.delete_service
_moto_list = Backend.list_tasks
_LAUNCH_TYPE = 8
"""Where it stands among the arguments of moto's create_service."""


def install() -> None:
    """Give moto's ECS what follows; idempotent."""
    moto_ecs.Task = RehearsedTask
    # Read by moto's ECS, and only there in a VPC with DNS host names.
    interface: Any = NetworkInterface
    interface.private_dns_name = ""
    Backend.create_service = _create_service
    Backend.update_service = _update_service
    Backend.delete_service = _delete_service
    Backend.list_tasks = _list_tasks
    Backend._calculate_task_resource_requirements = staticmethod(_requirements)
    Backend.update_task_set = _kept(_moto_update_task_set)
    Backend.delete_task_set = _kept(_moto_delete_task_set)


_moto_update_task_set = Backend.update_task_set
_moto_delete_task_set = Backend.delete_task_set


_moto_requirements = Backend._calculate_task_resource_requirements


def _requirements(task_definition: Any) -> dict[str, Any]:
    # moto adds up the containers' memory; on Fargate it is the task that has some.
    for container in task_definition.container_definitions:
        if "memory" not in container and "memoryReservation" not in container:
            return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}
    return _moto_requirements(task_definition)


def say(service: Service, message: str) -> None:
    """Add an event to a service, newest first as DescribeServices gives them."""
    event = {
        "id": str(uuid.uuid4()),
        "createdAt": datetime.now(UTC),
        "message": f"(service {service.name}) {message}",
    }
    service.events.insert(0, event)


def add_task_set(
    backend: Backend,
    service: Service,
    *,
    task_definition: str,
    load_balancers: list[dict[str, Any]],
    network: dict[str, Any] | None,
    platform_version: str | None,
    deployment: str | None = None,
) -> TaskSet:
    """A task set of all of the service's tasks, running; CodeDeploy's where it names its deployment.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateTaskSet.html
    """
    task_set = backend.create_task_set(
        service.name,
        service.cluster_name,
        task_definition,
        network_configuration=network,
        load_balancers=load_balancers,
        launch_type="FARGATE",
        platform_version=platform_version,
        external_id=deployment,
        capacity_provider_strategy=getattr(service, "capacity_provider_strategy", None),
    )
    made: Any = task_set
    made.started_by = "CODE_DEPLOY"
    made.launch_type = service.launch_type
    keep(backend, service)
    say(service, f"has started tasks of task set {task_set.id}.")
    say(service, "has reached a steady state.")
    return task_set


def _create_service(self: Backend, *args: Any, **kwargs: Any) -> Service:
    service: Any = _moto_create(self, *args, **kwargs)
    service.created_at = datetime.now(UTC)
    launch_type = args[_LAUNCH_TYPE] if len(args) > _LAUNCH_TYPE else kwargs.get("launch_type")
    if launch_type is None:
        # moto says EC2. ECS takes the cluster's strategy, and names a launch type only where there is none.
        service.launch_type = None
        service.capacity_provider_strategy = self._get_cluster(
            service.cluster_arn
        ).default_capacity_provider_strategy
    if service.deployment_controller["type"] == "CODE_DEPLOY":
        # ECS makes it with the service, and CodeDeploy takes over from there:
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html
        task_set = add_task_set(
            self,
            service,
            task_definition=service.task_definition or "",
            load_balancers=service.load_balancers,
            network=service.network_configuration or None,
            platform_version=service.platform_version,
        )
        task_set.status = "PRIMARY"
    else:
        keep(self, service)
        say(service, "has reached a steady state.")
    return service


def _update_service(self: Backend, service_properties: dict[str, Any]) -> Service:
    asked = dict(service_properties)
    service = _moto_update(self, service_properties)
    definition = asked.get("task_definition")
    if definition:
        # moto stores the name as it was given, ECS the revision's ARN.
        service.task_definition = self.describe_task_definition(definition).arn
    if definition and service.deployments:
        service.deployments[0]["id"] = f"ecs-svc/{uuid.uuid4().int % 10**19}"
    if asked.get("capacity_provider_strategy"):
        service.launch_type = None
        for task_set in service.task_sets:
            task_set.launch_type, task_set.capacity_provider_strategy = (
                None,
                asked["capacity_provider_strategy"],
            )
    keep(self, service)
    return service


def _delete_service(self: Backend, cluster_name: str, service_name: str, force: bool) -> Service:
    service = _moto_delete(self, cluster_name, service_name, force)
    keep(self, service)
    service.task_sets.clear()
    return service


def _kept(change: Callable[..., TaskSet]) -> Callable[..., TaskSet]:
    def changed(self: Backend, cluster: str, service: str, *args: Any, **kwargs: Any) -> TaskSet:
        task_set = change(self, cluster, service, *args, **kwargs)
        keep(self, self._get_service(cluster, service.rsplit("/", maxsplit=1)[-1]))
        return task_set

    return changed


def _list_tasks(  # noqa: PLR0917 - moto's signature
    self: Backend,
    cluster_str: str | None = None,
    container_instance: str | None = None,
    family: str | None = None,
    started_by: str | None = None,
    service_name: str | None = None,
    desiredStatus: str | None = None,  # noqa: N803 - moto's name
) -> list[Any]:
    found = _moto_list(self, cluster_str, container_instance, family, started_by)
    group = f"service:{service_name.split('/')[-1]}" if service_name else ""
    # RUNNING is what ListTasks lists when nobody asks for another status.
    wanted = desiredStatus or "RUNNING"
    for task in found:
        task.advance()
    return [task for task in found if group in {"", task.group} and task.desired_status == wanted]
