"""One service: its image, its task, its way in and how it is released."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Tag

from environments.model.deployment import AlarmThresholds, Deployment, RollingUpdate
from environments.model.fields import (
    HostPattern,
    PathPattern,
    RequestPath,
    ServiceName,
    VariableName,
    between,
    matching,
)
from environments.model.image import PublicImage, RegistryImage, SourceImage
from environments.model.scaling import Scaling
from environments.model.value import BY_CLASS, Items, Refusal, Value, refused

# The environment's own stacks; a service's stack is named after the service.
_TAKEN = ("network", "registry", "platform")


def _not_taken(name: str) -> str:
    if name in _TAKEN:
        raise refused("A stack of the environment has this name.", allowed=f"any but {', '.join(_TAKEN)}.")
    return name


class SecretsManagerSecret(Value):
    """A secret of AWS Secrets Manager as an environment variable.

    Args:
        secret_id: The secret's name, or its full ARN in the environment's region.
        json_field: The field of a JSON secret. The whole secret by default.
    """

    secret_id: Annotated[
        str,
        matching(
            r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+|[A-Za-z0-9/_+=.@-]{1,512}",
            problem="Neither the name nor the ARN of a secret.",
            allowed="a name of letters, digits and / _ + = . @ -, or an ARN.",
        ),
    ]
    json_field: (
        Annotated[
            str,
            matching(r"[^:\s]+", problem="Not a field's name.", allowed="a name without colons and blanks."),
        ]
        | None
    ) = None


class SsmParameter(Value):
    """A parameter of Systems Manager Parameter Store as an environment variable.

    Args:
        name: The parameter's name, with its path.
    """

    name: Annotated[
        str,
        matching(
            r"/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
            problem="Not the name of a parameter.",
            allowed="letters, digits and _ . -, in levels parted by /.",
            longest=1011,
        ),
    ]


class Routing(Value):
    """Which requests on the shared load balancer belong to the service.

    Args:
        priority: Order among the rules of the environment; the lowest number is asked first.
        paths: Path patterns. Any path by default.
        hosts: Host patterns. Any host by default.
    """

    priority: Annotated[int, between(1, 50_000)]
    paths: Items[PathPattern] = ()
    hosts: Items[HostPattern] = ()

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """A rule has one to five conditions."""
        return (self._one_to_five_conditions(),)

    def _one_to_five_conditions(self) -> Iterator[Refusal]:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
        conditions = len(self.paths) + len(self.hosts)
        if not 1 <= conditions <= 5:
            yield Refusal(
                at=(),
                problem=f"The rule has {conditions} paths and hosts.",
                allowed="1 to 5 together, a limit of the load balancer.",
            )


_Word = Annotated[
    str, matching(r"(?s).+", problem="An empty word.", allowed="a word of the command, not empty.")
]


_Secret = Annotated[
    Annotated[SecretsManagerSecret, Tag("SecretsManagerSecret")]
    | Annotated[SsmParameter, Tag("SsmParameter")],
    BY_CLASS,
]


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
            moves; anything but exit code 0 ends the release. None by default.
        alarms: What rolls a deployment back. Moderate thresholds by default.
    """

    name: Annotated[ServiceName, AfterValidator(_not_taken)]
    image: Annotated[
        Annotated[SourceImage, Tag("SourceImage")]
        | Annotated[RegistryImage, Tag("RegistryImage")]
        | Annotated[PublicImage, Tag("PublicImage")],
        BY_CLASS,
    ]
    cpu: int
    memory_mib: int
    architecture: Literal["ARM64", "X86_64"] = "ARM64"
    port: Annotated[int, between(1, 65_535)]
    environment: Mapping[VariableName, str] = {}
    secrets: Mapping[VariableName, _Secret] = {}
    retired: Items[_Secret] = ()
    health_check_path: RequestPath
    routing: Routing
    scaling: Scaling
    deployment: Deployment
    migration: Items[_Word] = ()
    alarms: AlarmThresholds = AlarmThresholds()

    @property
    def deployment_tasks(self) -> int:
        """The most tasks that run while a deployment is under way."""
        return self.scaling.peak_tasks * self.deployment.peak_percent // 100

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """Fargate offers the size, nothing is said twice over, and a rolling update can move."""
        return (
            self._fargate_size(),
            self._plain_or_secret(),
            self._in_use_or_retired(),
            self._rolling_moves(),
        )

    def _fargate_size(self) -> Iterator[Refusal]:
        cpu, memory_mib = self.cpu, self.memory_mib
        # The library owns the pairs. Imported here alone, as it brings two seconds of aws_cdk along.
        from ecs_platform.problem import ConfigurationError
        from ecs_platform.task.fargate_size import FargateSize

        try:
            FargateSize(cpu=cpu, memory_mib=memory_mib)
        except ConfigurationError as error:
            field = "cpu" if "cpu" in error.where else "memory_mib"
            yield Refusal(at=(field,), problem=error.problem, allowed=error.allowed)

    def _plain_or_secret(self) -> Iterator[Refusal]:
        for name in self.environment:
            if name in self.secrets:
                yield Refusal(
                    at=("environment", name),
                    problem="A secret has this name too.",
                    allowed="each name in environment or in secrets, not in both.",
                )

    def _in_use_or_retired(self) -> Iterator[Refusal]:
        for position, secret in enumerate(self.retired):
            names = [name for name, used in self.secrets.items() if used == secret]
            if names:
                yield Refusal(
                    at=("retired", position),
                    problem=f"The container still gets it, as {', '.join(names)}.",
                    allowed="each secret in secrets or in retired, not in both.",
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
