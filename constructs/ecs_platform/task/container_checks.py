"""What ECS, or a reviewer, would refuse in a container definition, said before the deployment."""

import re
from collections.abc import Iterable, Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs

from ecs_platform.problem import ConfigurationError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_USER = re.compile(r"[A-Za-z0-9_][\w.-]*(?::[A-Za-z0-9_][\w.-]*)?", re.ASCII)


def check_name(field: str, value: str) -> None:
    """Refuse a family or a container name that ECS does not accept."""
    if not _NAME.fullmatch(value) and not cdk.Token.is_unresolved(value):
        raise ConfigurationError(
            f'{field} is "{value}".',
            allowed="1 to 255 letters, digits, _ and -.",
            where=f"TaskDefinition({field}=...)",
        )


def check_range(field: str, value: int, low: int, high: int) -> None:
    """Refuse a number that is out of the range ECS states."""
    if not low <= value <= high and not cdk.Token.is_unresolved(value):
        raise ConfigurationError(
            f"{field} is {value}.", allowed=f"{low} to {high}.", where=f"TaskDefinition({field}=...)"
        )


def check_user(user: str, *, allow_root: bool) -> None:
    """Refuse what is no user, and root unless it was asked for by that name."""
    if not _USER.fullmatch(user):
        if cdk.Token.is_unresolved(user):
            return
        raise ConfigurationError(
            f'"{user}" is no user.',
            allowed='a user or a uid, and if need be a group or a gid: "10001", "app", "10001:10001".',
            where="TaskDefinition(user=...)",
        )
    name = user.partition(":")[0]
    if (name == "root" or (name.isdigit() and int(name) == 0)) and not allow_root:
        raise ConfigurationError(
            f'The container would run as root ("{user}").',
            allowed='a user that is not root, such as "10001", or allow_root=True where the image needs it.',
            where="TaskDefinition(user=...)",
        )


def check_no_name_twice(environment: Iterable[str], secrets: Iterable[str]) -> None:
    """Refuse a variable that is plain and secret at once: ECS would refuse the whole revision."""
    both = sorted(set(environment) & set(secrets))
    if both:
        raise ConfigurationError(
            f"{', '.join(both)} stands in the environment and among the secrets.",
            allowed="each name in one of the two.",
            where="TaskDefinition(environment=..., secrets=...)",
        )


def check_retired(secrets: Mapping[str, object], retired: Sequence[object]) -> None:
    """Refuse a secret that was copied to the retired ones instead of moved: the container still gets it."""
    still = sorted(name for name, secret in secrets.items() if secret in retired)
    if still:
        raise ConfigurationError(
            f"{', '.join(still)} stands among the secrets, and its secret is retired.",
            allowed="a retired secret that the container does not get any more.",
            where="TaskDefinition(secrets=..., retired_secrets=...)",
        )


def check_ulimits(ulimits: Sequence[ecs.Ulimit]) -> None:
    """Refuse a soft limit above its hard limit, and a limit that is set twice."""
    seen: set[ecs.UlimitName] = set()
    for ulimit in ulimits:
        name = ulimit.name.name.lower()
        if ulimit.soft_limit > ulimit.hard_limit:
            raise ConfigurationError(
                f"The soft limit of {name}, {ulimit.soft_limit}, is above the hard one, {ulimit.hard_limit}.",
                allowed="a soft limit up to the hard limit.",
                where="TaskDefinition(ulimits=...)",
            )
        if ulimit.name in seen:
            raise ConfigurationError(
                f"The limit {name} is set twice.",
                allowed="each limit once.",
                where="TaskDefinition(ulimits=...)",
            )
        seen.add(ulimit.name)
