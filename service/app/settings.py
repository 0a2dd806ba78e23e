"""The environment variables this application reads, and what each may hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What a version or a colour looks like: "1.4.2", "2026.11.22+3f2c1ab", "blue".
LABEL = re.compile(r"[A-Za-z0-9._+-]{1,64}")


class SettingsError(Exception):
    """Every mistake in the environment, one line each."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment asks of this process; README.md says what each variable means."""

    name: str
    version: str
    color: str
    port: int
    shutdown_seconds: int
    slow_max_seconds: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the environment.

        Raises:
            SettingsError: With all mistakes, so that one failed task start is enough to find them.
        """
        problems: list[str] = []

        def label(variable: str, default: str) -> str:
            value = environment.get(variable, default)
            if not LABEL.fullmatch(value):
                problems.append(f"{variable}={value!r} is not 1 to 64 letters, digits, dots, '_', '+' or '-'")
            return value

        def number(variable: str, default: int, lowest: int, highest: int) -> int:
            value = environment.get(variable, str(default))
            # int() alone would take "1_0", " 1" and other scripts' digits.
            if re.fullmatch(r"[0-9]{1,9}", value) and lowest <= int(value) <= highest:
                return int(value)
            problems.append(f"{variable}={value!r} is not a whole number from {lowest} to {highest}")
            return default

        settings = cls(
            name=label("APP_NAME", "hello"),
            version=label("APP_VERSION", "unknown"),
            color=label("APP_COLOR", "blue"),
            port=number("PORT", 8080, 1, 65535),
            # Five seconds inside ECS's stop timeout, whose default is 30 s and which Fargate caps at 120 s:
            # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
            shutdown_seconds=number("SHUTDOWN_SECONDS", 25, 1, 115),
            # Off unless asked for: an endpoint that keeps connections open is a gift to whoever finds it.
            slow_max_seconds=number("SLOW_MAX_SECONDS", 0, 0, 60),
        )
        if problems:
            raise SettingsError("\n".join(problems))
        return settings
