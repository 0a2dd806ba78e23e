"""The cluster query language: what AWS shows is accepted, what is malformed says where and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_platform.capacity.query import flaw_of

# Every expression of AWS's pages on the language, on constraints and on task groups.
SHOWN_BY_AWS = [
    "attribute:ecs.instance-type == t2.small",
    "attribute:ecs.availability-zone in [us-east-1a, us-east-1b]",
    "attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d",
    "task:group == service:production",
    "not(task:group == database)",
    "runningTasksCount == 1",
    "agentVersion < 1.14.5",
    "registeredAt < 2018-02-13",
    "ec2InstanceId in ['i-abcd1234', 'i-wxyx7890']",
    "attribute:ecs.instance-type == g2.2xlarge",
    "attribute:stack == prod",
    "attribute:stack != prod",
    "attribute:ecs.instance-type in [t2.small, t2.medium]",
    "attribute:ecs.instance-type =~ t2.* and attribute:ecs.availability-zone == us-east-1a",
    "attribute:ecs.instance-type =~ t2.*",
    "task:group == databases",
    "registeredAt >= 2018-06-18T22:28:28+00:00",
    "registeredAt >= 2018-06-18T22:28:28Z",
    "registeredAt >= 2018-06-18T22:28:28",
    "registeredAt >= 2018-06-18",
]
ALSO_MEANT_BY_THE_GRAMMAR = [
    "(attribute:a == 1 or attribute:b == 2) and attribute:c == 3",
    "(attribute:a == 1 || attribute:b == 2) && !attribute:c exists",
    "attribute:a==1&&attribute:b!=2||attribute:c=~x.*",
    "attribute:a =~ x.*&&attribute:b exists",
    "! (attribute:a exists)",
    "not not attribute:a exists",
    "not attribute:a exists and attribute:b !exists",
    "attribute:ecs.awsvpc-trunk-id not_exists",
    "attribute:a equals x and attribute:b not_equals y",
    "runningTasksCount greater_than 1 and runningTasksCount less_than_equal 3",
    "attribute:a not_in [x,y] or attribute:b !in ['z']",
    "attribute:a matches x and attribute:b not_matches y and attribute:c !~ z",
    "attribute:ecs.instance-type =~ m[67]g.large",
    "attribute:ecs.instance-type =~ m6g.*|m7g.*",
    "attribute:rack =~ '(a|b)-[0-9]+'",
    "attribute:rack =~ \\d+",
    'attribute:room == "east wing"',
    "agentConnected == true",
    "agentConnected in [true, false]",
    "task:group in [service:a, family:b]",
    "  attribute:a\texists  ",
    "((((attribute:a exists))))",
    "attribute:com.amazonaws.ecs.capability.docker-remote-api.1.19 exists",
    "attribute:or-not exists or attribute:and exists",
    "task:group == order and attribute:a == nothing",
]


@pytest.mark.parametrize("expression", SHOWN_BY_AWS + ALSO_MEANT_BY_THE_GRAMMAR)
def test_a_query_that_ecs_takes_has_no_flaw(expression: str) -> None:
    assert flaw_of(expression) is None


@pytest.mark.parametrize(
    ("expression", "position", "reason"),
    [
        ("", 1, "the end stands where a subject is expected"),
        ("   ", 4, "the end stands where a subject is expected"),
        ("attribute:", 1, "`attribute:` is no subject"),
        ("attribute:a", 12, "the end stands where the operator of `attribute:a` is expected"),
        ("attribute:a =", 13, "`=` stands where the operator of `attribute:a` is expected"),
        ("attribute:a = b", 13, "`= b` stands where the operator of `attribute:a` is expected"),
        ("attribute:a is b", 13, "`attribute:a` takes no `is`, but == != >= <="),
        ("attribute:a ==", 15, "the end stands where a value is expected"),
        ("attribute:a == ''", 16, "there is nothing between the quotes"),
        ("attribute:a == 'b", 16, "the quote that opens here is not closed"),
        ("attribute:a == b c", 18, "`c` follows a whole expression"),
        ("attribute:a == b AND attribute:c == d", 18, "`AND attribute:c == d` follows a whole expression"),
        ("attribute:a == b and", 21, "the end stands where a subject is expected"),
        ("attribute:a == b or or attribute:c == d", 21, "`or` is no subject"),
        ("and attribute:a == b", 1, "`and` is no subject"),
        ("attribute:a exists b", 20, "`b` follows a whole expression"),
        ("attribute:a in b", 16, "`b` stands where a list such as [a, b] is expected"),
        ("attribute:a in []", 17, "`]` stands where a value of the list is expected"),
        ("attribute:a in [b", 18, "the end stands where the list goes on with a comma or ends"),
        ("attribute:a in [b c]", 19, "`c]` stands where the list goes on"),
        ("attribute:a in [b,]", 19, "`]` stands where a value of the list is expected"),
        ("attribute:a == [b]", 16, "`[b]` stands where a value is expected"),
        ("(attribute:a == b", 18, "the parenthesis that opens at character 1 is not closed"),
        ("attribute:a == b)", 17, "`)` follows a whole expression"),
        ("()", 2, "`)` stands where a subject is expected"),
        ("attribute:a == (b)", 16, "`(b)` stands where a value is expected"),
        ("attribute:a =~ (b|c)", 16, "a pattern is expected; it may hold no parentheses"),
        ("attribute:a =~ [b", 16, "`[b` is no regular expression: unterminated character set"),
        ("attribute:a =~ *", 16, "`*` is no regular expression: nothing to repeat"),
        ("instance-type == t2.small", 1, "`instance-type` is no subject; subjects are agentConnected"),
        ("task:family == a", 1, "`task:family` is no subject"),
        ("Attribute:a == b", 1, "`Attribute:a` is no subject"),
        (f"attribute:{'a' * 129} exists", 1, "is no subject"),
        ("agentConnected > true", 16, "`agentConnected` takes no `>`, but == != in !in =~ !~"),
        ("agentConnected exists", 16, "`agentConnected` takes no `exists`"),
        ("agentConnected == yes", 19, "`yes` is not true or false"),
        ("agentVersion =~ 1.*", 14, "`agentVersion` takes no `=~`"),
        ("agentVersion == latest", 17, "`latest` is not a version such as 1.14.5"),
        ("ec2InstanceId > i-1", 15, "`ec2InstanceId` takes no `>`"),
        ("registeredAt == 18-02-13", 17, "`18-02-13` is not a date such as 2018-06-18"),
        ("registeredAt in [2018-02-13]", 14, "`registeredAt` takes no `in`"),
        ("runningTasksCount == few", 22, "`few` is not a whole number"),
        ("runningTasksCount == -1", 22, "`-1` is not a whole number"),
        ("attribute:a == b & attribute:c == d", 18, "`& attribute:c == d` follows a whole expression"),
        ("not", 4, "the end stands where a subject is expected"),
        ("notattribute:a exists", 1, "`notattribute:a` is no subject"),
        (
            "attribute:a exists andattribute:b exists",
            20,
            "`andattribute:b exist` follows a whole expression",
        ),
        ("attribute:a exists orattribute:b exists", 20, "`orattribute:b exists` follows a whole"),
        ("(" * 60 + "attribute:a exists" + ")" * 60, 51, "it is nested more than 50 deep"),
    ],
)
def test_a_malformed_query_says_where_and_why(expression: str, position: int, reason: str) -> None:
    flaw = flaw_of(expression)
    assert flaw is not None
    assert reason in flaw.reason
    assert flaw.position == position


# Whatever is typed, the answer is a flaw or none, and its place lies in the text or at its end.
@given(
    st.lists(
        st.sampled_from(
            [*"()[],'\"!&|= ", "==", "=~", "in", "and", "or", "not", "attribute:a", "task:group", "x", "[x]"]
        ),
        max_size=12,
    )
)
def test_no_text_is_beyond_the_reader(parts: list[str]) -> None:
    text = " ".join(parts)
    flaw = flaw_of(text)
    assert flaw is None or 1 <= flaw.position <= len(text) + 1


def test_many_comparisons_side_by_side_are_not_deep() -> None:
    assert flaw_of(" or ".join(["not (attribute:a exists)"] * 60)) is None


def test_what_is_joined_is_read_as_its_parts_are() -> None:
    for first in SHOWN_BY_AWS:
        for second in SHOWN_BY_AWS[:3]:
            assert flaw_of(f"{first} and not ({second})") is None
            assert flaw_of(f"{first} {second}") is not None
