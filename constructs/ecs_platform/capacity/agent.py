"""What the ECS agent of an instance is told in /etc/ecs/ecs.config."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ecs_platform.mistakes import Mistake, out_of_range, refuse

# Where services let a load balancer reach bridge-mode tasks; docs/network-modes.md.
_DYNAMIC_PORTS = (32_768, 65_535)
# The agent's own list, which a list of ours replaces: SSH, Docker and the agent itself.
_ALWAYS_RESERVED = (22, 2375, 2376, 51678, 51679)
_ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_./\\-]{1,128}")
_ATTRIBUTE_VALUE = re.compile(r"[A-Za-z0-9_.@/\\:-]([A-Za-z0-9_.@/\\: -]{0,126}[A-Za-z0-9_.@/\\:-])?")


class ImagePull(StrEnum):
    """Where the image of a starting task comes from."""

    DEFAULT = "default"
    """From the registry; if that fails, from the instance."""
    ALWAYS = "always"
    """From the registry; if that fails, the task does."""
    ONCE = "once"
    """From the instance, if a task pulled it there before."""
    PREFER_CACHED = "prefer-cached"
    """From the instance, if it is there. Turns the clean-up of images off."""


class AgentLogLevel(StrEnum):
    """How much the agent writes to its own log on the instance."""

    CRITICAL = "crit"
    ERROR = "error"
    WARN = "warn"
    INFO = "info"
    DEBUG = "debug"


class InstanceLogDriver(StrEnum):
    """A log driver that tasks on the instance may use; FireLens needs `FLUENTD`."""

    AWSLOGS = "awslogs"
    FLUENTD = "fluentd"
    GELF = "gelf"
    JOURNALD = "journald"
    JSON_FILE = "json-file"
    NONE = "none"
    SPLUNK = "splunk"
    SYSLOG = "syslog"


@dataclass(frozen=True, kw_only=True)
class PortRange:
    """Ports of the host for dynamic mapping, from the first to the last.

    They lie among those that services let a load balancer reach in bridge mode, whatever their instances.

    Args:
        first: From 32768.
        last: To 65535.

    Raises:
        ConfigurationError: The ports are no range, or outside of it.
    """

    first: int
    last: int

    def __post_init__(self) -> None:
        where = "PortRange(first=..., last=...)"
        mistakes = [
            *out_of_range(self.first, *_DYNAMIC_PORTS, what="The first port", where=where),
            *out_of_range(self.last, *_DYNAMIC_PORTS, what="The last port", where=where),
        ]
        if self.first > self.last:
            mistakes.append(
                Mistake(
                    problem=f"The range runs from {self.first} to {self.last}.",
                    allowed="a first port that is not above the last.",
                    where=where,
                )
            )
        refuse(mistakes)


@dataclass(frozen=True, kw_only=True)
class AgentConfig:
    """The agent's options that are worth a choice; everything else stays as the image has it.

    The cluster, the protection of the instance's credentials and the draining of Spot instances are not here:
    `Ec2Capacity` writes those. A change replaces the instances, for the agent reads its file when it starts.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html

    Args:
        image_pull: Where images come from. `DEFAULT` by default: the registry, or else the instance.
        reserved_memory_mib: Memory in MiB that ECS does not give to tasks, for the system and daemons outside
            ECS. 256 by default. It is not enforced on the instance.
        container_stop_timeout_seconds: How long a container has to end after SIGTERM where its definition
            does not say, from 1. 30 by default.
        container_start_timeout_seconds: How long a container has to start, from 45. 180 by default.
        task_cleanup_wait_seconds: How long the containers of a stopped task are kept, to be looked at, from
            60. 10800 by default: three hours.
        image_cleanup: Whether images that no task uses are deleted. On by default.
        image_cleanup_interval_minutes: How often, from 10. 30 by default.
        image_cleanup_age_minutes: How old an image must be for it, from 1. 60 by default.
        images_deleted_at_once: How many at most each time, from 1. 5 by default.
        allow_privileged: Whether containers may be privileged, which makes them root of the instance. Off by
            default; a task that asks for it then does not start.
        task_role_in_host_mode: Whether tasks in host mode get their task role. On by default; without it
            they would use the instance's.
        awsvpc_trunking: Whether instances use more network interfaces, and so take more awsvpc tasks, where
            the account setting `awsvpcTrunking` is on. On by default; without that setting nothing changes.
        dynamic_ports: The ports of the host that bridge mode's dynamic mapping takes, which is what a load
            balancer must reach. 32768 to 60999 by default, Linux's own.
        reserved_ports: Ports of the host that no task may map, besides SSH's, Docker's and the agent's.
        instance_attributes: Attributes of the instances, for `Spread` and `MemberOf`, set when an instance
            registers. None by default.
        log_drivers: The log drivers tasks may use. By default the image's list: awslogs, fluentd, json-file,
            syslog and none.
        container_metadata_file: Whether each container finds a file that describes it. Off by default.
        log_level: How much the agent logs. `INFO` by default.

    Raises:
        ConfigurationError: Values the agent ignores or refuses, all of them at once.
    """

    image_pull: ImagePull = ImagePull.DEFAULT
    reserved_memory_mib: int = 256
    container_stop_timeout_seconds: int = 30
    container_start_timeout_seconds: int = 180
    task_cleanup_wait_seconds: int = 10_800
    image_cleanup: bool = True
    image_cleanup_interval_minutes: int = 30
    image_cleanup_age_minutes: int = 60
    images_deleted_at_once: int = 5
    allow_privileged: bool = False
    task_role_in_host_mode: bool = True
    awsvpc_trunking: bool = True
    dynamic_ports: PortRange = field(default_factory=lambda: PortRange(first=32_768, last=60_999))
    reserved_ports: Sequence[int] = ()
    instance_attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    log_drivers: Sequence[InstanceLogDriver] = ()
    container_metadata_file: bool = False
    log_level: AgentLogLevel = AgentLogLevel.INFO

    def __post_init__(self) -> None:
        mistakes: list[Mistake] = []
        for name, low, high in (
            ("reserved_memory_mib", 0, 1_048_576),
            ("container_stop_timeout_seconds", 1, 86_400),
            ("container_start_timeout_seconds", 45, 86_400),
            ("task_cleanup_wait_seconds", 60, 604_800),
            ("image_cleanup_interval_minutes", 10, 10_080),
            ("image_cleanup_age_minutes", 1, 525_600),
            ("images_deleted_at_once", 1, 1_000),
        ):
            mistakes += out_of_range(
                getattr(self, name), low, high, what=name, where=f"AgentConfig({name}=...)"
            )
        for port in self.reserved_ports:
            mistakes += out_of_range(
                port, 1, 65_535, what="A reserved port", where="AgentConfig(reserved_ports=...)"
            )
        mistakes += _wrong_attributes(self.instance_attributes)
        refuse(mistakes)

    @property
    def settings(self) -> Mapping[str, str]:
        """The lines of the file, by name. What is unchanged is written all the same: the file says it all."""
        settings = {
            "ECS_IMAGE_PULL_BEHAVIOR": self.image_pull.value,
            "ECS_RESERVED_MEMORY": str(self.reserved_memory_mib),
            "ECS_CONTAINER_STOP_TIMEOUT": f"{self.container_stop_timeout_seconds}s",
            "ECS_CONTAINER_START_TIMEOUT": f"{self.container_start_timeout_seconds}s",
            "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION": f"{self.task_cleanup_wait_seconds}s",
            "ECS_DISABLE_IMAGE_CLEANUP": _flag(not self.image_cleanup),
            "ECS_IMAGE_CLEANUP_INTERVAL": f"{self.image_cleanup_interval_minutes}m",
            "ECS_IMAGE_MINIMUM_CLEANUP_AGE": f"{self.image_cleanup_age_minutes}m",
            "ECS_NUM_IMAGES_DELETE_PER_CYCLE": str(self.images_deleted_at_once),
            "ECS_DISABLE_PRIVILEGED": _flag(not self.allow_privileged),
            "ECS_ENABLE_TASK_IAM_ROLE": "true",
            "ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST": _flag(self.task_role_in_host_mode),
            "ECS_ENABLE_HIGH_DENSITY_ENI": _flag(self.awsvpc_trunking),
            "ECS_DYNAMIC_HOST_PORT_RANGE": f"{self.dynamic_ports.first}-{self.dynamic_ports.last}",
            "ECS_RESERVED_PORTS": json.dumps(sorted({*_ALWAYS_RESERVED, *self.reserved_ports})),
            "ECS_ENABLE_CONTAINER_METADATA": _flag(self.container_metadata_file),
            "ECS_LOGLEVEL": self.log_level.value,
        }
        if self.instance_attributes:
            settings["ECS_INSTANCE_ATTRIBUTES"] = json.dumps(dict(sorted(self.instance_attributes.items())))
        if self.log_drivers:
            settings["ECS_AVAILABLE_LOGGING_DRIVERS"] = json.dumps(
                sorted({driver.value for driver in self.log_drivers})
            )
        return settings


def _wrong_attributes(attributes: Mapping[str, str]) -> Sequence[Mistake]:
    where = "AgentConfig(instance_attributes=...)"
    mistakes: list[Mistake] = []
    for name, value in attributes.items():
        # Names that begin so are ECS's own: registration would fail, and the instance never join.
        if not _ATTRIBUTE_NAME.fullmatch(name) or name.startswith("ecs."):
            mistakes.append(
                Mistake(
                    problem=f'"{name}" is no name of a custom attribute.',
                    allowed="names of 1 to 128 letters, digits, hyphens, underscores, dots and slashes that "
                    "do not begin with `ecs.`",
                    where=where,
                )
            )
        if not _ATTRIBUTE_VALUE.fullmatch(value):
            mistakes.append(
                Mistake(
                    problem=f'"{value}" is no value of the attribute "{name}".',
                    allowed="values of 1 to 128 letters, digits, spaces inside and any of - _ . @ : / \\",
                    where=where,
                )
            )
    return mistakes


def _flag(value: bool) -> str:
    return "true" if value else "false"
