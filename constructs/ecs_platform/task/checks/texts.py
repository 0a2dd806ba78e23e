"""What a container definition takes as text: words of commands, and values by their names."""

from collections.abc import Iterator, Mapping, Sequence

from ecs_platform.mistakes import Mistake
from ecs_platform.task.checks.long_values import shortened
from ecs_platform.task.checks.words import Words

_BY_NAME = ("environment", "docker_labels", "system_controls", "extra_hosts")


def text_mistakes(words: Words) -> Iterator[Mistake]:
    """A command in one piece, which would become a command of letters, and values that are no text.

    Args:
        words: The container, and how to speak of it.
    """
    container = words.container
    yield from _command(words, "command", container.command)
    yield from _command(words, "entry_point", container.entry_point)
    for field in _BY_NAME:
        yield from _values(words, field, getattr(container, field))
    yield from _names(words, "environment", container.environment)
    yield from _names(words, "secrets", container.secrets)


def _command(words: Words, field: str, value: Sequence[object] | None) -> Iterator[Mistake]:
    # A str is a sequence of str, too, so no type checker finds it.
    words_ = value if isinstance(value, Sequence) and not isinstance(value, str) else [None]
    if value is None or all(isinstance(word, str) for word in words_):
        return
    yield Mistake(
        problem=f"{words.of(field)} is {shortened(repr(value))}.",
        allowed='a list of words, each a text, such as ["python", "-m", "report"].',
        where=words.where(field),
    )


def _values(words: Words, field: str, values: Mapping[str, object]) -> Iterator[Mistake]:
    for name, value in values.items():
        if not isinstance(value, str):
            yield Mistake(
                problem=f"{name} in {words.of(field)} is {shortened(repr(value))}.",
                allowed=f'a text, such as "{value}".' if isinstance(value, int | float) else "a text.",
                where=words.where(field),
            )


def _names(words: Words, field: str, values: Mapping[str, object]) -> Iterator[Mistake]:
    for name in values:
        if not name or "=" in name:
            yield Mistake(
                problem=f'"{shortened(name)}" in {words.of(field)} is no name of a variable.',
                allowed="one character or more, without =.",
                where=words.where(field),
            )
