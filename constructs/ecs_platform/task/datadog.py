"""The Datadog agent beside an application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs

from ecs_platform.account.permission import Permission
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.network.interface import INetwork
from ecs_platform.place import Place, place_of
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import Image, PublicImage
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.container import Container
from ecs_platform.task.depends_on import Condition, DependsOn
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.log_drivers.grant import grant
from ecs_platform.task.mounts import Mount
from ecs_platform.task.port_protocol import PortProtocol
from ecs_platform.task.secrets import Secret
from ecs_platform.task.task import Task
from ecs_platform.task.volumes import SharedVolume

# A release, and not "latest": https://gallery.ecr.aws/datadog/agent
_IMAGE = PublicImage(uri="public.ecr.aws/datadog/agent:7.82.1")
# https://docs.datadoghq.com/getting_started/site/
_SITES = (
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "datadoghq.eu",
    "uk1.datadoghq.com",
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "ddog-gov.com",
    "us2.ddog-gov.com",
)
_OURS = frozenset({"DD_API_KEY", "DD_SITE", "ECS_FARGATE", "DD_APM_ENABLED", "DD_USE_DOGSTATSD"})
# What the agent writes to; only the first has files in the image that it reads. Where s6 writes and where
# logs would lie are volumes of the image.
# https://docs.datadoghq.com/containers/guide/readonly-root-filesystem
_WRITTEN = {
    "datadog-config": "/etc/datadog-agent",
    "datadog-run": "/opt/datadog-agent/run",
    "datadog-sockets": "/var/run/datadog",
    "datadog-tmp": "/tmp",  # noqa: S108 - the agent's container has it to itself
}


@dataclass(frozen=True, kw_only=True)
class DatadogAgent:
    """The Datadog agent as containers of a task on Fargate: it takes metrics of the containers, and traces.

    The application sends traces to localhost, port 8126 over TCP, and metrics to port 8125 over UDP; no
    security group opens either. The agent sends to Datadog over the internet, so the network needs a way
    there. Logs are not its business on Fargate: route them with FireLens to
    `PluginOutput(plugin="datadog", ...)`.

    The agent runs as root, which is what its image is made for, with Docker's usual capabilities and on a
    read-only root file system; a container that ends before it starts copies its configuration to where it
    may write. The task goes on without an agent that stopped.

    A task takes two things, and refuses one without the other: `sidecars=agent.containers(network)` and
    `volumes=agent.volumes`. With the volumes come what the agent may ask ECS, on the task's role, and the
    variables that tell the application where the agent is; one that the application has already stays.

    Follows https://docs.datadoghq.com/integrations/ecs_fargate/ and, for the read-only root,
    https://docs.datadoghq.com/containers/guide/readonly-root-filesystem

    Args:
        api_key: Datadog's API key, which ECS fetches when the task starts.
        site: The Datadog site of the account. By default "datadoghq.com".
        service: What the application is called in Datadog, `DD_SERVICE`. By default the agent finds a name.
        environment_name: The environment it is part of, `DD_ENV`. By default none.
        version: Its version, `DD_VERSION`. By default none.
        traces: Whether the agent takes traces. By default it does.
        dogstatsd: Whether it takes metrics of the application's own. By default it does.
        environment: More variables of the agent, such as `{"DD_TAGS": "team:shop"}`. By default none.
        image: The agent's image. By default Datadog's own of ECR Public.
        repository: Where a RegistryImage of it lies.
        cpu: CPU units of the task that are the agent's own. By default 10, as Datadog has it.
        memory_mib: MiB above which it is killed. By default 256, as Datadog has it.

    Raises:
        ConfigurationError: An unknown site, or a variable that an argument sets; all of them at once. In a
            task: it is not for Fargate.
    """

    api_key: Secret
    site: str = "datadoghq.com"
    service: str | None = None
    environment_name: str | None = None
    version: str | None = None
    traces: bool = True
    dogstatsd: bool = True
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    image: Image = _IMAGE
    repository: ecr.IRepository | None = None
    cpu: int = 10
    memory_mib: int = 256

    def __post_init__(self) -> None:
        mistakes: list[Mistake] = []
        if self.site not in _SITES:
            mistakes.append(
                Mistake(
                    problem=f'"{self.site}" is no site of Datadog.',
                    allowed=f"one of {', '.join(_SITES)}.",
                    where="DatadogAgent(site=...)",
                )
            )
        taken = sorted(set(self.environment) & (_OURS | set(self._tags)))
        if taken:
            mistakes.append(
                Mistake(
                    problem=f"{', '.join(taken)} stands in the agent's environment, and is set already.",
                    allowed="the argument for it, or another variable.",
                    where="DatadogAgent(environment=...)",
                )
            )
        refuse(mistakes)

    @property
    def _tags(self) -> Mapping[str, str]:
        tags = {"DD_SERVICE": self.service, "DD_ENV": self.environment_name, "DD_VERSION": self.version}
        return {name: value for name, value in tags.items() if value is not None}

    @property
    def environment_of_application(self) -> Mapping[str, str]:
        """What tells Datadog's libraries where the agent is, and what they are part of.

        The application's container has it anyway; others that send traces take it as their `environment`.
        """
        return {"DD_AGENT_HOST": "127.0.0.1", **self._tags}

    @property
    def volumes(self) -> Sequence[SharedVolume]:
        """Where the agent writes, and what it needs of the task."""
        first, *others = _WRITTEN
        return [_Brought(name=first, agent=self), *(SharedVolume(name=name) for name in others)]

    def containers(self, network: INetwork) -> Sequence[Container]:
        """The agent, and what prepares its configuration.

        Args:
            network: Where the task runs.

        Raises:
            ConfigurationError: The network has no way to the internet.
        """
        if not network.has_egress:
            raise ConfigurationError(
                f"Datadog ({self.site}) is out of reach: the tasks' network has no way to the internet.",
                allowed=(
                    "NAT for the network (ExistingNetwork: `egress=True`, once it has a way out), or no "
                    "agent and the metrics of Container Insights."
                ),
                where="the `nat` of the Network, or DatadogAgent.containers(network).",
            )
        return [self._preparation, self._agent]

    @property
    def _preparation(self) -> Container:
        return Container(
            name="datadog-config",
            image=self.image,
            repository=self.repository,
            essential=False,
            command=["/bin/sh", "-c", "cp -R /etc/datadog-agent/. /prepared/"],
            user="0",
            allow_root=True,
            drop_capabilities=(),
            mounts=[Mount(volume="datadog-config", path="/prepared")],
            memory_mib=64,
        )

    @property
    def _agent(self) -> Container:
        return Container(
            name="datadog-agent",
            image=self.image,
            repository=self.repository,
            essential=False,
            depends_on=[DependsOn(container="datadog-config", condition=Condition.SUCCESS)],
            # The port says whose it is: no other container of the task may listen there.
            port=8126 if self.traces else None,
            protocol=PortProtocol.TCP,
            environment={
                "ECS_FARGATE": "true",
                "DD_SITE": self.site,
                "DD_APM_ENABLED": _text(self.traces),
                "DD_USE_DOGSTATSD": _text(self.dogstatsd),
                **self._tags,
                **self.environment,
            },
            secrets={"DD_API_KEY": self.api_key},
            health_check=HealthCheck(command="agent health", start_period_seconds=15),
            user="0",
            allow_root=True,
            # Which of Docker's usual capabilities its supervisor needs is not documented.
            drop_capabilities=(),
            # That supervisor is an init process, and has to be the first.
            init_process=False,
            mounts=[Mount(volume=name, path=path) for name, path in _WRITTEN.items()],
            cpu=self.cpu,
            memory_mib=self.memory_mib,
        )


@dataclass(frozen=True, kw_only=True)
class _Brought(SharedVolume):
    """A volume of the agent's, whose task lets the agent work: so nobody has to think of it."""

    agent: DatadogAgent

    def bind(self, task: Task) -> ecs.Volume:
        if task.compatibility is not Compatibility.FARGATE:
            raise ConfigurationError(
                f"The Datadog agent of the task {task.family} is set up for Fargate, and the task for "
                f"{task.compatibility}.",
                allowed="a TaskDefinition; an instance has one agent for all its tasks, a DaemonService.",
                where=f"the `sidecars` and `volumes` of the {type(task).__name__}.",
            )
        return super().bind(task)

    def grant(self, task: Task) -> None:
        grant(task, _permissions(place_of(task)))
        application = task.given[task.container_name]
        for name, value in self.agent.environment_of_application.items():
            if name not in application.environment and name not in application.secrets:
                task.container.add_environment(name, value)


def _permissions(place: Place) -> Sequence[Permission]:
    # The agent asks ECS what cluster and instances there are.
    return [
        Permission(
            actions=["ecs:ListClusters"],
            resources=["*"],
            because="ECS takes no resource for ListClusters; the names of clusters are all it shows.",
        ),
        Permission(
            actions=["ecs:ListContainerInstances"],
            resources=[place.arn("ecs", "cluster/*")],
            because="The agent asks for the instances of whatever cluster it finds itself in.",
        ),
        Permission(
            actions=["ecs:DescribeContainerInstances"],
            resources=[place.arn("ecs", "container-instance/*")],
            because="Instances have no name before they register, and the agent only reads about them.",
        ),
    ]


def _text(switch: bool) -> str:
    return "true" if switch else "false"
