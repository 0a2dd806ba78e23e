"""Tasks as ECS keeps them: those of a service run, one-off tasks end; no container behind either.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

import math
from datetime import datetime
from typing import Any

import moto.ecs.models as moto_ecs
from moto.ec2.models import ec2_backends
from moto.ecs.models import Container, EC2ContainerServiceBackend, Service, TaskSet
from moto.elbv2.models import elbv2_backends
from moto.logs.models import logs_backends

from rehearsal.clock import CLOCK

_BY_SERVICE = "ecs-svc/"
# What ECS calls the one that started a task: a task set, or a deployment of a service.
ONE_OFF = ((0, "PROVISIONING"), (5, "PENDING"), (15, "RUNNING"), (30, "STOPPED"))
"""Status of a one-off task, from so many seconds after its start on."""
_MotoTask = moto_ecs.Task


class RehearsedTask(_MotoTask):
    """A task whose status follows the clock, not the number of times it was looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        network: dict[str, Any] = kwargs.get("networking_configuration") or {}
        network.get("awsvpcConfiguration", {}).setdefault("securityGroups", [])
        super().__init__(*args, **kwargs)
        self._begun = CLOCK.now()
        self._stopped = False
        self._reached = "RUNNING" if self.of_service else "PROVISIONING"
        self.created_at = CLOCK.stamp(self._begun)
        self.started_at = self.created_at if self.of_service else None
        self.stopped_at: datetime | None = None
        self.stop_code = self.stopped_reason = None
        definition: Any = kwargs["task_definition"]
        declared = definition.container_definitions
        self.containers = [self._container(definition, container) for container in declared]
        self.availability_zone = ""
        self.health_status = "UNKNOWN"
        self._take_address()
        if not self.of_service:
            self._log(definition)

    @property
    def of_service(self) -> bool:
        """Whether a service keeps it."""
        return self.started_by.startswith(_BY_SERVICE)

    @property
    def address(self) -> str:
        """Private address, "" where it has no interface of its own."""
        return self._detail("privateIPv4Address")

    def advance(self) -> None:
        """Catch up with the clock; moto calls this before it describes a task."""
        if self._stopped or self.of_service:
            return
        age = CLOCK.now() - self._begun
        self._reached = [status for since, status in ONE_OFF if age >= since][-1]
        if self._reached == "RUNNING":
            self.started_at = self.started_at or CLOCK.stamp(CLOCK.now())
        if self._reached == "STOPPED":
            self.stop("Essential container in task exited", "EssentialContainerExited")
        self._show(self._reached)

    @property
    def status(self) -> str:
        """Where it is in its life, as of the last `advance`."""
        return self._reached

    @status.setter
    def status(self, value: str) -> None:
        # StopTask, and moto's own constructor, write it.
        if value == "STOPPED" and not self._stopped:
            self.stop("Task stopped by user", "UserInitiated")

    def stop(self, reason: str, code: str) -> None:
        """End it, and give its interface back."""
        self._stopped = True
        self._reached = "STOPPED"
        self.stopped_at = CLOCK.stamp(CLOCK.now())
        self.desired_status = "STOPPED"
        self.stopped_reason = reason
        self.stop_code = code
        self._show("STOPPED")
        interface = self._detail("networkInterfaceId")
        if interface:
            ec2_backends[self._account_id][self.region_name].enis.pop(interface, None)

    def _container(self, definition: Any, declared: dict[str, Any]) -> Any:
        made: Any = Container(definition)
        made.name = declared["name"]
        made.image = declared["image"]
        made.task_arn = self.task_arn
        made.exitCode = None
        return made

    def _show(self, status: str) -> None:
        for container in self.containers:
            container.last_status = status if status in {"RUNNING", "STOPPED"} else "PENDING"
            if status == "STOPPED":
                container.exitCode = 0

    def _take_address(self) -> None:
        if not self.attachments:
            return
        # moto invents an address anywhere; a person looks for it in the subnet.
        ec2 = ec2_backends[self._account_id][self.region_name]
        interface = ec2.enis[self._detail("networkInterfaceId")]
        subnet = interface.subnet
        address = subnet.get_available_subnet_ip(interface)
        interface.private_ip_addresses = [{"PrivateIpAddress": address, "Primary": True}]
        for detail in self.attachments[0]["details"]:
            if detail["name"] == "privateIPv4Address":
                detail["value"] = address
        self.availability_zone = subnet.availability_zone
        self._show("RUNNING" if self.of_service else "PENDING")
        for container in self.containers:
            container.network_interfaces = [
                {"attachmentId": self.attachments[0]["id"], "privateIpv4Address": address}
            ]
        if self.of_service:
            self.health_status = "HEALTHY"

    def _detail(self, name: str) -> str:
        details = self.attachments[0]["details"] if self.attachments else []
        return next((detail["value"] for detail in details if detail["name"] == name), "")

    def _log(self, definition: Any) -> None:
        """Where the program would have written: one line that says that it did not run."""
        overrides = {item["name"]: item for item in (self.overrides or {}).get("containerOverrides", [])}
        logs = logs_backends[self._account_id][self.region_name]
        for declared in definition.container_definitions:
            options = declared.get("logConfiguration", {}).get("options", {})
            group = options.get("awslogs-group")
            if group not in logs.groups:
                continue
            stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{declared['name']}/{self.id}"
            command = overrides.get(declared["name"], {}).get("command") or declared.get("command") or []
            line = (
                f"rehearsal: no container starts here; not run: {' '.join(command) or 'the default command'}"
            )
            moment = int(datetime.now().timestamp() * 1000)
            logs.create_log_stream(group, stream)
            logs.put_log_events(group, stream, [{"timestamp": moment, "message": line}])


def keep(backend: EC2ContainerServiceBackend, service: Service) -> None:
    """Start and stop tasks until each task set, or the deployment, has what it wants; then count them."""
    wanted: dict[str, Any] = {}
    alive = service.status == "ACTIVE"
    for task_set in service.task_sets if alive else []:
        wanted[task_set.id] = task_set
    for deployment in service.deployments if alive else []:
        wanted[deployment["id"]] = deployment
    for task in tasks_of(backend, service):
        if task.started_by not in wanted:
            _stop(service, task, f"Scaling activity initiated by (deployment {task.started_by})")
    for started_by, owner in wanted.items():
        _keep_one(backend, service, started_by, owner)
    _count(backend, service)


def tasks_of(
    backend: EC2ContainerServiceBackend, service: Service, started_by: str = ""
) -> list[RehearsedTask]:
    """Tasks of a service that are not stopped; those of one task set or deployment, where one is given."""
    found: list[Any] = list(backend.tasks.get(service.cluster_name, {}).values())
    return [
        task
        for task in found
        if task.group == f"service:{service.name}"
        and task.started_by in ({started_by} if started_by else {task.started_by})
        and task.desired_status == "RUNNING"
    ]


def _keep_one(backend: EC2ContainerServiceBackend, service: Service, started_by: str, owner: Any) -> None:
    if isinstance(owner, TaskSet):
        definition, network = str(owner.task_definition), owner.network_configuration
        targets, share = owner.load_balancers, owner.scale["value"] / 100
    else:
        definition, network = str(service.task_definition), service.network_configuration
        targets, share = service.load_balancers, 1.0
    desired = math.ceil(service.desired_count * share)
    running = tasks_of(backend, service, started_by)
    for task in running[desired:]:
        _stop(service, task, f"Scaling activity initiated by (deployment {started_by})")
    for number in range(len(running), desired):
        (task,) = backend.run_task(
            cluster_str=service.cluster_name,
            task_definition_str=definition,
            count=1,
            overrides=None,
            started_by=started_by,
            tags=None,
            launch_type="FARGATE",
            networking_configuration=_turned(network, number),
            group=f"service:{service.name}",
            platform_version=service.platform_version,
        )
        _register(service, task, targets)


def _turned(network: dict[str, Any] | None, number: int) -> dict[str, Any] | None:
    """The network with another subnet in front: moto takes the first, ECS spreads over zones."""
    if not network:
        return None
    place = {key[0].lower() + key[1:]: value for key, value in network["awsvpcConfiguration"].items()}
    subnets: list[str] = place["subnets"]
    first = number % len(subnets)
    return {"awsvpcConfiguration": {**place, "subnets": [*subnets[first:], *subnets[:first]]}}


def _register(service: Service, task: Any, targets: list[dict[str, Any]]) -> None:
    task.registered = []
    groups = elbv2_backends[service._account_id][service.region_name].target_groups
    for target in targets:
        group = groups.get(target.get("targetGroupArn", ""))
        if group is not None and task.address:
            group.register([{"Id": task.address, "Port": target["containerPort"]}])
            task.registered.append(group)


def _stop(service: Service, task: Any, reason: str) -> None:
    del service
    for group in getattr(task, "registered", []):
        group.targets.pop(task.address, None)
    task.stop(reason, "ServiceSchedulerInitiated")


def _count(backend: EC2ContainerServiceBackend, service: Service) -> None:
    service.running_count = len(tasks_of(backend, service))
    service.pending_count = 0
    for task_set in service.task_sets:
        running = len(tasks_of(backend, service, task_set.id))
        counted: Any = task_set
        counted.running_count, counted.pending_count, counted.computed_desired_count = running, 0, running
    for deployment in service.deployments:
        running = len(tasks_of(backend, service, deployment["id"]))
        deployment.update(
            runningCount=running,
            pendingCount=0,
            desiredCount=running,
            taskDefinition=service.task_definition,
            rolloutState="COMPLETED",
            rolloutStateReason=f"ECS deployment {deployment['id']} completed.",
        )
