import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_platform.jobs.schedule import Cron
from ecs_platform.problem import ConfigurationError

# The examples of https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based and
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html, those of the
# wildcards put into whole expressions.
DOCUMENTED = [
    "15 10 ? * 6L 2022-2023",
    "15 10 ? * 6L 2019-2022",
    "0 12 * * ? *",
    "5,35 14 * * ? *",
    "0 10 * * ? *",
    "15 12 * * ? *",
    "0 18 ? * MON-FRI *",
    "0 8 1 * ? *",
    "0/15 * * * ? *",
    "0/10 * ? * MON-FRI *",
    "0/5 8-17 ? * MON-FRI *",
    "0/30 20-2 ? * MON-FRI *",
    "1/10 * * * ? *",
    "0 0-2 ? * MON *",
    "0 9 1-15 JAN,FEB,MAR ? *",
    "0 9 3W * ? *",
    "0 9 ? * 3#2 *",
    "0 9 L * ? *",
    "0 9 ? * L *",
]
# What people report to work: github.com/grumBit/aws_cron_expression_validator, issues 6 and 18.
REPORTED = ["0 11-23/2 * * ? *", "0 11-23/4 ? * 2-6 *", "0 0 1 1-12/3 ? *", "0 21 LW * ? *", "*/5 * * * ? *"]

BOUNDS = {
    "minutes": (0, 59),
    "hours": (0, 23),
    "day of month": (1, 31),
    "month": (1, 12),
    "day of week": (1, 7),
    "year": (1970, 2199),
}
FIELDS = list(BOUNDS)
ALLOWED = {
    "minutes": "minutes: 0 to 59 with , - * /.",
    "hours": "hours: 0 to 23 with , - * /.",
    "day of month": "day of month: 1 to 31 with , - * /, or one of ? L LW 15W.",
    "month": "month: 1 to 12 or JAN to DEC with , - * /.",
    "day of week": "day of week: 1 (Sunday) to 7 or SUN to SAT with , - *, or one of ? L 6L 6#3.",
    "year": "year: 1970 to 2199 with , - * /.",
}


def _with(**texts: str) -> str:
    """An expression that is right but for what is given, by names with _ for spaces."""
    given_ = {name.replace("_", " "): text for name, text in texts.items()}
    right = dict.fromkeys(FIELDS, "*") | {"day of month": "?"}
    if "day of month" in given_:
        right |= {"day of week": "?"}
    return " ".join((right | given_).values())


def _refusal(fields: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as refused:
        Cron(fields=fields)
    return refused.value


@pytest.mark.parametrize("fields", DOCUMENTED + REPORTED)
def test_what_aws_shows_and_people_use_is_accepted(fields: str) -> None:
    assert Cron(fields=fields).expression == f"cron({fields})"


def test_words_may_be_small_and_spaces_many() -> None:
    assert Cron(fields="  0 2  ? jan\tmon-fri * ").expression == "cron(0 2 ? JAN MON-FRI *)"


@pytest.mark.parametrize(
    ("fields", "count"), [("0 2 * * *", "5 fields"), ("", "0 fields"), ("@daily", "1 field")]
)
def test_a_wrong_number_of_fields(fields: str, count: str) -> None:
    error = _refusal(fields)
    assert error.problem == f'The cron expression "{fields.upper()}" has {count}.'
    assert error.allowed == (
        'six: minutes, hours, day of month, month, day of week, year; such as "0 2 * * ? *".'
    )
    assert error.where == "Cron(fields=...)"


def test_seven_fields_are_one_too_many() -> None:
    assert "has 7 fields" in _refusal("0 0 2 * * ? *").problem


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        ("* * * * * *", 'day of month is "*", its day of week "*"'),
        ("0 2 1 * MON *", 'day of month is "1", its day of week "MON"'),
        ("0 2 ? * ? *", 'day of month is "?", its day of week "?"'),
        ("0 2 L * * *", 'day of month is "L", its day of week "*"'),
    ],
)
def test_one_of_the_days_and_only_one_is_a_question_mark(days: str, problem: str) -> None:
    error = _refusal(days)
    assert error.problem == f"The cron expression's {problem}."
    assert error.allowed == "? for exactly one of the two."


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("minutes", "60", "is no value"),
        ("minutes", "-5", "is no value"),
        ("minutes", "5-", "is no value"),
        ("minutes", "?", "is no value"),
        ("minutes", "L", "is no value"),
        ("minutes", "1,,2", 'holds "", which is no value'),
        ("minutes", "0,61", 'holds "61", which is no value'),
        ("minutes", "*,5", "has * beside other values"),
        ("minutes", "/5", "has a step that is none"),
        ("minutes", "0/", "has a step that is none"),
        ("minutes", "0/5/5", "has a step that is none"),
        ("minutes", "0/X", "has a step that is none"),
        ("minutes", "0/0", "has a step of 0"),
        ("minutes", "0/60", "has a step of 60"),
        ("hours", "24", "is no value"),
        ("hours", "0/24", "has a step of 24"),
        ("hours", "1-2-3", "is no value"),
        ("day of month", "0", "is no value"),
        ("day of month", "32W", "is no value"),
        ("day of month", "W", "is no value"),
        ("day of month", "1W,15W", 'holds "1W", which is no value'),
        ("day of month", "1,L", 'holds "L", which is no value'),
        ("day of month", "L-3", "is no value"),
        ("day of month", "2#1", "is no value"),
        ("month", "13", "is no value"),
        ("month", "JANUARY", "is no value"),
        ("month", "MON", "is no value"),
        ("month", "?", "is no value"),
        ("day of week", "0", "is no value"),
        ("day of week", "8", "is no value"),
        ("day of week", "JAN", "is no value"),
        ("day of week", "2/2", "has a step where none can be"),
        ("day of week", "3#0", "is no value"),
        ("day of week", "3#6", "is no value"),
        ("day of week", "3#1,6#3", 'holds "3#1", which is no value'),
        ("day of week", "15W", "is no value"),
        ("year", "1969", "is no value"),
        ("year", "2200", "is no value"),
        ("year", "2030-2027", "has the range 2030-2027, which runs backwards"),
        ("year", "?", "is no value"),
        ("minutes", "٣", "is no value"),
    ],
)
def test_a_field_that_eventbridge_refuses_is_named(field: str, text: str, says: str) -> None:
    error = _refusal(_with(**{field.replace(" ", "_"): text}))
    assert error.problem == f'The cron expression\'s {field} "{text}" {says}.'
    assert error.allowed == ALLOWED[field]


@pytest.mark.parametrize(
    ("day", "month", "never"),
    [
        ("30", "2", True),
        ("29", "FEB", False),
        ("31", "2,4,6,9,11", True),
        ("31", "APR,MAY", False),
        ("31", "2/3", False),
    ],
)
def test_a_day_that_none_of_the_months_has(day: str, month: str, never: bool) -> None:
    fields = f"0 2 {day} {month} ? *"
    if never:
        assert _refusal(fields).problem == (
            f"The cron expression's day of month {day} is in none of its months."
        )
    else:
        assert Cron(fields=fields)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Cron(fields="60 2 * 13 MON *", time_zone="Europe/Atlantis")
    assert refused.value.problem == (
        'The cron expression\'s minutes "60" is no value. The cron expression\'s month "13" is no value. '
        'The cron expression\'s day of month is "*", its day of week "MON". '
        'There is no time zone "Europe/Atlantis".'
    )
    assert refused.value.where == "Cron(fields=...) Cron(time_zone=...)"


numbers = st.sampled_from(FIELDS).flatmap(
    lambda field: st.tuples(st.just(field), st.integers(*BOUNDS[field]), st.integers(*BOUNDS[field]))
)


@given(numbers)
def test_every_number_of_a_field_its_lists_and_its_ranges_are_accepted(drawn: tuple[str, int, int]) -> None:
    field, first, last = drawn
    name = field.replace(" ", "_")
    for text in (f"{first}", f"{first},{last}", f"{min(first, last)}-{max(first, last)}"):
        assert text in Cron(fields=_with(**{name: text})).expression


@given(numbers, st.integers(1, 7))
def test_ranges_run_over_the_end_and_take_steps_but_not_in_years_or_days_of_the_week(
    drawn: tuple[str, int, int], step: int
) -> None:
    field, first, last = drawn
    text = f"{first}-{last}/{step}"
    fields = _with(**{field.replace(" ", "_"): text})
    if field == "day of week" or (field == "year" and last < first):
        assert field in _refusal(fields).problem
    else:
        assert text in Cron(fields=fields).expression


@given(st.sampled_from(FIELDS), st.integers(0, 99_999))
def test_a_number_out_of_its_bounds_is_refused_and_every_other_is_not(field: str, number: int) -> None:
    low, high = BOUNDS[field]
    fields = _with(**{field.replace(" ", "_"): str(number)})
    if low <= number <= high:
        assert Cron(fields=fields)
    else:
        assert _refusal(fields).problem == f'The cron expression\'s {field} "{number}" is no value.'


@given(st.text(alphabet="0123456789*/,-?LW#MONJAN ", max_size=30))
def test_whatever_is_written_is_accepted_or_refused_and_what_is_accepted_stays_so(fields: str) -> None:
    try:
        expression = Cron(fields=fields).expression
    except ConfigurationError:
        return
    assert Cron(fields=expression[5:-1]).expression == expression


@given(st.sets(st.sampled_from(FIELDS), min_size=1))
def test_every_wrong_field_is_named_and_no_other(wrong: set[str]) -> None:
    fields = " ".join("X" if field in wrong else ("?" if field == "day of week" else "*") for field in FIELDS)
    problem = _refusal(fields).problem
    assert {field for field in FIELDS if f'\'s {field} "X" is no value' in problem} == wrong
