"""One service: its image, its task, its way in and how it is released."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, Tag

from environments.model.deployment import (
    AlarmThresholds,
    CodeDeployBlueGreen,
    Deployment,
    RollingUpdate,
)
from environments.model.fields import (
    HostPattern,
    PathPattern,
    Reason,
    RequestPath,
    ServiceName,
    VariableName,
    between,
)
from environments.model.image import PublicImage, RegistryImage, SourceImage
from environments.model.scaling import Scaling
from environments.model.task import (
    Architecture,
    Secret,
    Word,
    fargate_size,
    in_use_or_retired,
    not_taken,
    plain_or_secret,
)
from environments.model.value import BY_CLASS, Items, Refusal, Value

# Where the SDK in the agent looks before it asks for the task role.
_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class Routing(Value):
    """Which requests on the shared load balancer belong to the service.

    Args:
        priority: Order among the rules of the environment; the lowest number is asked first. By default it
            comes from the paths and hosts alone, the more specific first, and no other service changes it.
        paths: Path patterns. Any path by default.
        hosts: Host patterns. Any host by default.
    """

    priority: Annotated[int, between(1, 50_000)] | None = None
    paths: Items[PathPattern] = ()
    hosts: Items[HostPattern] = ()

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """A rule has one to five conditions, and as many wildcards."""
        return (self._one_to_five_conditions(), self._up_to_five_wildcards())

    def _one_to_five_conditions(self) -> Iterator[Refusal]:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
        conditions = len(self.paths) + len(self.hosts)
        if not 1 <= conditions <= 5:
            yield Refusal(
                at=(),
                problem=f"The rule has {conditions} paths and hosts.",
                allowed="1 to 5 together, a limit of the load balancer.",
            )

    def _up_to_five_wildcards(self) -> Iterator[Refusal]:
        wildcards = sum(value.count("*") + value.count("?") for value in (*self.paths, *self.hosts))
        if wildcards > 5:
            yield Refusal(
                at=(),
                problem=f"The rule has {wildcards} wildcards in its paths and hosts.",
                allowed="up to 5 together, a limit of the load balancer.",
            )


class ServiceSettings(Value):
    """A service behind the load balancer.

    Args:
        name: Names the stack, the repository and the service.
        image: `SourceImage(...)`, `RegistryImage(...)` or, with NAT, `PublicImage(...)`.
        cpu: CPU units of a task; 1024 are one vCPU.
        memory_mib: Memory of a task in MiB, one that Fargate offers with `cpu`.
        architecture: Processor that the image is built for. ARM64 by default.
        port: The port on which the container listens.
        environment: Environment variables. None by default.
        secrets: Environment variables whose values are secrets. None by default.
        retired: Secrets that the service does without from now on, moved here from `secrets`: the revision
            that is live until the release, and the one that a rollback goes back to, still fetch them when
            they start a task. Delete the line once a later release has replaced both. None by default.
        health_check_path: Where the load balancer asks whether a task is healthy.
        routing: Which requests belong to the service.
        scaling: How many tasks run.
        deployment: How a new version takes over: `CodeDeployBlueGreen(...)`, `RollingUpdate(...)`,
            `NativeBlueGreen(...)`, `NativeLinear(...)` or `NativeCanary(...)`.
        migration: The words of a command that a release runs as a task of the new version, before traffic
            moves; anything but exit code 0 ends the release. With CodeDeployBlueGreen alone, and not when the
            service is first deployed: docs/releasing.md. None by default.
        alarms: What rolls a deployment back. Moderate thresholds by default.
        exec_enabled: Whether people may run commands inside of its tasks, by ECS Exec. Its tasks then get
            what that takes: a root file system they can write to, and the Linux capabilities that Docker
            gives. Not by default; docs/exec.md says what is given up.
        exec_reason: Why that is worth it. Production demands it. None by default.
    """

    name: Annotated[ServiceName, AfterValidator(not_taken)]
    image: Annotated[
        Annotated[SourceImage, Tag("SourceImage")]
        | Annotated[RegistryImage, Tag("RegistryImage")]
        | Annotated[PublicImage, Tag("PublicImage")],
        BY_CLASS,
    ]
    cpu: int
    memory_mib: int
    architecture: Architecture = "ARM64"
    port: Annotated[int, between(1, 65_535)]
    environment: Mapping[VariableName, str] = {}
    secrets: Mapping[VariableName, Secret] = {}
    retired: Items[Secret] = ()
    health_check_path: RequestPath
    routing: Routing
    scaling: Scaling
    deployment: Deployment
    migration: Items[Word] = ()
    alarms: AlarmThresholds = AlarmThresholds()
    exec_enabled: bool = False
    exec_reason: Reason | None = None

    @property
    def deployment_tasks(self) -> int:
        """The most tasks that run while a deployment is under way."""
        return self.scaling.peak_tasks * self.deployment.peak_percent // 100

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """Fargate offers the size, nothing is said twice over, and a rolling update can move."""
        return (
            fargate_size(self),
            plain_or_secret(self),
            in_use_or_retired(self),
            self._rolling_moves(),
            self._migration_runs(),
            self._exec_as_the_task(),
            self._reason_for_something(),
        )

    def _migration_runs(self) -> Iterator[Refusal]:
        if self.migration and not isinstance(self.deployment, CodeDeployBlueGreen):
            yield Refusal(
                at=("migration",),
                problem=f"With {type(self.deployment).__name__} the update of the stack is the release, and "
                "nothing would run it.",
                allowed="none, and a job that `make run` runs before `make deploy`; or "
                "CodeDeployBlueGreen(...).",
            )

    def _exec_as_the_task(self) -> Iterator[Refusal]:
        if not self.exec_enabled:
            return
        for field, names in (("environment", self.environment), ("secrets", self.secrets)):
            for name in names:
                # https://github.com/aws/amazon-ssm-agent/issues/361
                if name in _CREDENTIALS:
                    yield Refusal(
                        at=(field, name),
                        problem="The agent of ECS Exec would take these credentials for its own.",
                        allowed="rights of the task itself, or exec_enabled=False.",
                    )

    def _reason_for_something(self) -> Iterator[Refusal]:
        if self.exec_reason is not None and not self.exec_enabled:
            yield Refusal(
                at=("exec_reason",),
                problem="exec_enabled is False, so there is nothing to give a reason for.",
                allowed="exec_enabled=True, or no reason.",
            )

    def _rolling_moves(self) -> Iterator[Refusal]:
        if not isinstance(self.deployment, RollingUpdate):
            return
        percent, tasks = self.deployment, max(1, self.scaling.fewest_tasks)
        # ECS rounds what may run down and what must be healthy up, so that a small service can be stuck.
        may_start = tasks * percent.max_percent // 100 > tasks
        may_stop = tasks * (100 - percent.min_healthy_percent) // 100 > 0
        if not may_start and not may_stop:
            enough = -(-(tasks + 1) * 100 // tasks)
            yield Refusal(
                at=("deployment", "max_percent"),
                problem=f"At {tasks} running, no task may stop and none may start in its place.",
                allowed=f"{enough} or more, a lower min_healthy_percent, or more tasks.",
            )
