"""What ECS, or a reviewer, would refuse in one container, whatever stands beside it."""

import re
from collections.abc import Iterator, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs

from ecs_platform.mistakes import Mistake
from ecs_platform.registry.images import PublicImage
from ecs_platform.task.checks.texts import text_mistakes
from ecs_platform.task.checks.words import Words
from ecs_platform.task.secrets import Secret
from ecs_platform.tokens import is_token

NAME_LIMIT = 255
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_USER = re.compile(r"[A-Za-z0-9_][\w.-]*(?::[A-Za-z0-9_][\w.-]*)?", re.ASCII)
_UNLIMITED = -1  # https://docs.docker.com/reference/cli/docker/container/run/#ulimit
_SYSTEM_CONTROL = re.compile(
    r"net\..+|fs\.mqueue\..+|kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)"
)


def container_mistakes(words: Words, *, has_repository: bool, retired: Sequence[Secret]) -> Iterator[Mistake]:
    """Everything that is wrong with one container by itself.

    Args:
        words: The container, and how to speak of it.
        has_repository: Whether the task has a repository that this container's image may come from.
        retired: The secrets that no container gets any more.
    """
    container = words.container
    yield from name_mistakes(words.of("name") if words.owner else "name", container.name, words.where("name"))
    yield from _image(words, has_repository=has_repository)
    yield from _range(words, "stop_timeout_seconds", 2, 120)
    yield from _range(words, "start_timeout_seconds", 2, 120)
    yield from _user(words)
    yield from text_mistakes(words)
    yield from _variables(words, retired)
    yield from _ulimits(words, container.ulimits)
    if container.working_directory is not None and not _starts(container.working_directory, "/"):
        yield Mistake(
            problem=f'{words.of("working_directory")} is "{container.working_directory}".',
            allowed='an absolute path, such as "/srv".',
            where=words.where("working_directory"),
        )
    for control in container.system_controls:
        if not _SYSTEM_CONTROL.fullmatch(control):
            yield Mistake(
                problem=f"{words.subject} cannot set the kernel parameter {control}.",
                allowed="net.*, fs.mqueue.*, and of kernel.* msgmax, msgmnb, msgmni, sem, shmall, shmmax, "
                "shmmni and shm_rmid_forced.",
                where=words.where("system_controls"),
            )


def is_name(value: str) -> bool:
    """Whether ECS accepts it for a family or a container."""
    return _NAME.fullmatch(value) is not None


def name_mistakes(what: str, value: str, where: str) -> Iterator[Mistake]:
    """A family or a container name that ECS does not accept."""
    if is_name(value) or cdk.Token.is_unresolved(value):
        return
    long = len(value) > NAME_LIMIT
    yield Mistake(
        problem=f'{what} has {len(value)} characters: "{value[:40]}...".'
        if long
        else f'{what} is "{value}".',
        allowed=f"1 to {NAME_LIMIT} letters, digits, _ and -.",
        where=where,
    )


def range_mistakes(what: str, value: int | None, low: int, high: int, where: str) -> Iterator[Mistake]:
    """A number that is out of the range ECS states."""
    if value is not None and not low <= value <= high and not cdk.Token.is_unresolved(value):
        yield Mistake(problem=f"{what} is {value}.", allowed=f"{low} to {high}.", where=where)


def _range(words: Words, field: str, low: int, high: int) -> Iterator[Mistake]:
    yield from range_mistakes(words.of(field), getattr(words.container, field), low, high, words.where(field))


def _starts(value: str, prefix: str) -> bool:
    return value.startswith(prefix) or cdk.Token.is_unresolved(value)


def _image(words: Words, *, has_repository: bool) -> Iterator[Mistake]:
    image = words.container.image
    if has_repository or isinstance(image, PublicImage):
        return
    whose = "" if words.alone else f' for the container "{words.name}"'
    yield Mistake(
        problem=f"A {type(image).__name__} is given{whose}, and no repository.",
        allowed="the repository that the image comes from; a PublicImage alone needs none.",
        where=words.where("repository"),
    )


def _user(words: Words) -> Iterator[Mistake]:
    user = words.container.user
    if not _USER.fullmatch(user):
        if not cdk.Token.is_unresolved(user):
            yield Mistake(
                problem=f'"{user}" is no user.',
                allowed='a user or a uid, and if need be a group or a gid: "10001", "app", "10001:10001".',
                where=words.where("user"),
            )
        return
    name = user.partition(":")[0]
    if (name == "root" or (name.isdigit() and int(name) == 0)) and not words.container.allow_root:
        yield Mistake(
            problem=f'{words.subject} would run as root ("{user}").',
            allowed='a user that is not root, such as "10001", or allow_root=True where the image needs it.',
            where=words.where("user"),
        )


def _variables(words: Words, retired: Sequence[Secret]) -> Iterator[Mistake]:
    environment, secrets = words.container.environment, words.container.secrets
    # ECS would refuse the whole revision.
    both = sorted(set(environment) & set(secrets))
    if both:
        yield Mistake(
            problem=f"{', '.join(both)} stands in the environment and among the secrets.",
            allowed="each name in one of the two.",
            where=words.where("environment", "secrets"),
        )
    # Copied to the retired ones instead of moved: the container still gets it.
    still = sorted(name for name, secret in secrets.items() if secret in retired)
    if still:
        yield Mistake(
            problem=f"{', '.join(still)} stands among the secrets, and its secret is retired.",
            allowed="a retired secret that the container does not get any more.",
            where=words.where("secrets", "retired_secrets"),
        )


def _ulimits(words: Words, ulimits: Sequence[ecs.Ulimit]) -> Iterator[Mistake]:
    seen: set[ecs.UlimitName] = set()
    for ulimit in ulimits:
        name, soft, hard = ulimit.name.name.lower(), ulimit.soft_limit, ulimit.hard_limit
        if is_token(soft) or is_token(hard):
            pass
        elif min(soft, hard) < _UNLIMITED:
            yield Mistake(
                problem=f"The limits of {name} are {soft} and {hard}.",
                allowed=f"0 or more, or {_UNLIMITED} for no limit.",
                where=words.where("ulimits"),
            )
        elif hard != _UNLIMITED and (soft == _UNLIMITED or soft > hard):
            yield Mistake(
                problem=f"The soft limit of {name}, {soft}, is above the hard one, {hard}"
                + (f" ({_UNLIMITED} is no limit)." if soft == _UNLIMITED else "."),
                allowed="a soft limit up to the hard limit.",
                where=words.where("ulimits"),
            )
        if ulimit.name in seen:
            yield Mistake(
                problem=f"The limit {name} is set twice.",
                allowed="each limit once.",
                where=words.where("ulimits"),
            )
        seen.add(ulimit.name)
