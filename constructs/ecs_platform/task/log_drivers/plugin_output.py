"""A log router's output to somewhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecs_platform.account.permission import Permission
from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.secrets import Secret

if TYPE_CHECKING:
    from ecs_platform.task.task import Task

_PLUGIN = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class PluginOutput:
    """Any other output of Fluent Bit, somewhere on the internet.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html and, for the
    options, https://docs.fluentbit.io/manual/data-pipeline/outputs

    Args:
        plugin: The output's name, such as `datadog`.
        settings: Its options, such as `{"Host": "http-intake.logs.datadoghq.eu", "TLS": "on"}`. By default
            none.
        secrets: Options whose values ECS fetches when the task starts, such as an API key. By default none.
        port: The TCP port it goes out to. By default 443.

    Raises:
        ConfigurationError: A malformed name, `Name` among the options, an option that is plain and secret, or
            a port that is none, all of them at once; in a task: the network has no way to the internet.
    """

    plugin: str
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    port: int = 443

    def __post_init__(self) -> None:
        mistakes = list(out_of_range(self.port, 1, 65535, what="port", where="PluginOutput(port=...)"))
        if not _PLUGIN.fullmatch(self.plugin):
            mistakes.append(
                Mistake(
                    problem=f'"{self.plugin}" is no name of an output.',
                    allowed='a name as Fluent Bit has it, such as "datadog" or "http".',
                    where="PluginOutput(plugin=...)",
                )
            )
        named = [name for name in (*self.settings, *self.secrets) if name.lower() == "name"]
        if named:
            mistakes.append(
                Mistake(
                    problem=f"{named[0]} stands among the options.",
                    allowed="the output's name as `plugin`.",
                    where="PluginOutput(settings=..., secrets=...)",
                )
            )
        both = sorted(set(self.settings) & set(self.secrets))
        if both:
            mistakes.append(
                Mistake(
                    problem=f"{', '.join(both)} stands among the settings and among the secrets.",
                    allowed="each option in one of the two.",
                    where="PluginOutput(settings=..., secrets=...)",
                )
            )
        refuse(mistakes)

    @property
    def secret_options(self) -> Mapping[str, Secret]:
        """Options that ECS fetches when the task starts, by their names."""
        return self.secrets

    @property
    def buffers_on_disk(self) -> bool:
        """It keeps in memory what it has not sent yet."""
        return False

    def options(self, task: Task) -> Mapping[str, str]:
        """The other options.

        Raises:
            ConfigurationError: The network has no way to the internet.
        """
        if not task.network.has_egress:
            raise ConfigurationError(
                f"The output {self.plugin} is out of reach: the tasks' network has no way to the internet.",
                allowed=(
                    "CloudWatchOutput, FirehoseOutput or S3Output, or NAT for the network (ExistingNetwork: "
                    "`egress=True`, once it has a way out)."
                ),
                where="FireLens(output=...) or the `network` of the task.",
            )
        return {"Name": self.plugin, **self.settings}

    def permissions(self, task: Task) -> Sequence[Permission]:  # noqa: ARG002 - other outputs ask the task
        """None: the other side knows no roles."""
        return ()

    def services(self) -> Sequence[AwsService]:
        """None: it goes out to the internet."""
        return ()
