"""The cron expressions that EventBridge Scheduler accepts: six fields, one of them a question mark."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ecs_platform.mistakes import Mistake

_WHERE = "Cron(fields=...)"
_DAY_OF_MONTH, _DAY_OF_WEEK = "day of month", "day of week"
_STEP = re.compile(r"(?P<of>[^/]+)/(?P<by>[0-9]+)")
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(frozen=True, kw_only=True)
class _Field:
    """One of the six.

    Args:
        name: What messages call it.
        low: Its least value.
        high: Its greatest.
        names: Words for values.
        steps: Whether it takes `/`.
        special: What else the whole field may be.
        allowed: All of that in words.
    """

    name: str
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict[str, int])
    steps: bool = True
    special: re.Pattern[str] | None = None
    allowed: str

    def number(self, text: str) -> int | None:
        """The value that a number or a word stands for, if there is one."""
        value = self.names.get(text, int(text) if re.fullmatch(r"[0-9]{1,4}", text) else -1)
        return value if self.low <= value <= self.high else None


def _numbered(words: str) -> Mapping[str, int]:
    return {word: number for number, word in enumerate(words.split(), start=1)}


_MONTHS = _numbered("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
_DAYS = _numbered("SUN MON TUE WED THU FRI SAT")

# The table of https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based, and LW,
# which it leaves out: https://github.com/grumBit/aws_cron_expression_validator/issues/18 has tried it.
_FIELDS: Sequence[_Field] = (
    _Field(name="minutes", low=0, high=59, allowed="0 to 59 with , - * /"),
    _Field(name="hours", low=0, high=23, allowed="0 to 23 with , - * /"),
    _Field(
        name=_DAY_OF_MONTH,
        low=1,
        high=31,
        special=re.compile(r"L|LW|(0?[1-9]|[12][0-9]|3[01])W"),
        allowed="1 to 31 with , - * /, or one of ? L LW 15W",
    ),
    _Field(name="month", low=1, high=12, names=_MONTHS, allowed="1 to 12 or JAN to DEC with , - * /"),
    _Field(
        name=_DAY_OF_WEEK,
        low=1,
        high=7,
        names=_DAYS,
        steps=False,
        special=re.compile(rf"L|([1-7]|{'|'.join(_DAYS)})(L|#[1-5])"),
        allowed="1 (Sunday) to 7 or SUN to SAT with , - *, or one of ? L 6L 6#3",
    ),
    _Field(name="year", low=1970, high=2199, allowed="1970 to 2199 with , - * /"),
)


def mistakes_in(fields: Sequence[str]) -> Sequence[Mistake]:
    """What EventBridge Scheduler would refuse in a cron expression, field by field.

    What AWS's pages neither describe nor show is taken for refused where another spelling says the same.

    Args:
        fields: The expression's fields, in upper case.
    """
    if len(fields) != len(_FIELDS):
        return [
            Mistake(
                problem=f'The cron expression "{" ".join(fields)}" has {len(fields)} '
                f"{'field' if len(fields) == 1 else 'fields'}.",
                allowed='six: minutes, hours, day of month, month, day of week, year; such as "0 2 * * ? *".',
                where=_WHERE,
            )
        ]
    mistakes: list[Mistake] = []
    values: dict[str, set[int] | None] = {}
    for each, text in zip(_FIELDS, fields, strict=True):
        try:
            values[each.name] = _values(each, text)
        except ValueError as wrong:
            mistakes.append(
                Mistake(
                    problem=f'The cron expression\'s {each.name} "{text}" {wrong}.',
                    allowed=f"{each.name}: {each.allowed}.",
                    where=_WHERE,
                )
            )
    return [*mistakes, *_one_question_mark(fields), *_day_that_never_comes(values)]


def _values(of: _Field, text: str) -> set[int] | None:
    """The values a field stands for. None where that depends on the month, or on the other field of days."""
    if of.special and (text == "?" or of.special.fullmatch(text)):
        return None
    found: set[int] = set()
    for part in text.split(","):
        found |= _part(of, part, alone=part == text)
    return found


def _part(of: _Field, part: str, *, alone: bool) -> set[int]:
    base, by = part, 1
    if "/" in part:
        step = _STEP.fullmatch(part)
        if not of.steps or step is None:
            raise ValueError("has a step where none can be" if not of.steps else "has a step that is none")
        base, by = step["of"], int(step["by"])
        if not 1 <= by <= of.high:
            raise ValueError(f"has a step of {by}")
    if base == "*":
        if not alone:
            raise ValueError("has * beside other values")
        return set(range(of.low, of.high + 1, by))
    first_text, dash, last_text = base.partition("-")
    first = of.number(first_text)
    last = of.number(last_text) if dash else first
    if first is None or last is None:
        raise ValueError("is no value" if alone else f'holds "{base}", which is no value')
    if not dash and base != part:
        last = of.high  # 10/5 means from 10 on
    if first <= last:
        return set(range(first, last + 1, by))
    if of.name == "year":
        raise ValueError(f"has the range {base}, which runs backwards")
    # 20-2 goes over midnight: an example of
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    return set([*range(first, of.high + 1), *range(of.low, last + 1)][::by])


def _one_question_mark(fields: Sequence[str]) -> Sequence[Mistake]:
    days = fields[2], fields[4]
    if days.count("?") == 1:
        return ()
    return [
        Mistake(
            problem=f'The cron expression\'s {_DAY_OF_MONTH} is "{days[0]}", its {_DAY_OF_WEEK} "{days[1]}".',
            allowed="? for exactly one of the two.",
            where=_WHERE,
        )
    ]


def _day_that_never_comes(values: Mapping[str, set[int] | None]) -> Sequence[Mistake]:
    days, months = values.get(_DAY_OF_MONTH), values.get("month")
    if not days or not months:
        return ()
    if any(min(days) <= _LONGEST_MONTHS.get(month, 31) for month in months):
        return ()
    return [
        Mistake(
            problem=f"The cron expression's {_DAY_OF_MONTH} {min(days)} is in none of its months.",
            allowed="a day that one of the months has, or L for the last.",
            where=_WHERE,
        )
    ]
