"""The cluster query language of ECS, read for its form.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

import re
from dataclasses import dataclass
from typing import NoReturn

# One operator has a sign and a name; both mean the same to ECS.
_OPERATORS = {
    "==": "equals",
    "!=": "not_equals",
    ">=": "greater_than_equal",
    "<=": "less_than_equal",
    ">": "greater_than",
    "<": "less_than",
    "=~": "matches",
    "!~": "not_matches",
    "!in": "not_in",
    "!exists": "not_exists",
    "in": "in",
    "exists": "exists",
}
_SIGN_OF = {name: sign for sign, name in _OPERATORS.items()}
_ORDER = ("==", "!=", ">", ">=", "<", "<=")
_TEXT = ("==", "!=", "in", "!in", "=~", "!~")
# Attributes and task groups take every operator: AWS's page names no limits for them.
_TAKES = {
    "agentConnected": _TEXT,
    "agentVersion": _ORDER,
    "ec2InstanceId": _TEXT,
    "registeredAt": _ORDER,
    "runningTasksCount": _ORDER,
}
_SUBJECTS = f"{', '.join(_TAKES)}, task:group or attribute:<name>"

_SUBJECT = re.compile(r"[A-Za-z0-9_.:/\\-]+")
_OPERATOR = re.compile(r"==|!=|>=|<=|=~|!~|>|<|![a-z_]+|[A-Za-z_]+")
_ATTRIBUTE = re.compile(r"attribute:[A-Za-z0-9_./\\-]{1,128}")
_VALUE = re.compile(r"(?:(?!&&|\|\|)[^\s()\[\],'\"])+")
_LIST_VALUE = re.compile(r"[^\s()\[\],'\"]+")
# A pattern may hold brackets, and alternatives with one bar; Java's syntax is not Python's in all.
_PATTERN = re.compile(r"(?:(?!&&|\|\|)[^\s()'\"])+")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_NOT = re.compile(r"!(?![=~])|not\b")
_AND = re.compile(r"&&|and\b")
_OR = re.compile(r"\|\||or\b")
_SPACE = re.compile(r"\s*")
# Not a limit of AWS's; a query of 2000 characters must not exhaust Python's stack.
_DEEPEST = 50
_FORMS = {
    "agentConnected": (re.compile(r"true|false"), "true or false"),
    "agentVersion": (re.compile(r"\d+(\.\d+)*"), "a version such as 1.14.5"),
    "registeredAt": (
        re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})?)?"),
        "a date such as 2018-06-18 or 2018-06-18T22:28:28Z",
    ),
    "runningTasksCount": (re.compile(r"\d+"), "a whole number"),
}


@dataclass(frozen=True)
class Flaw:
    """Why an expression is none.

    Args:
        position: The character it was noticed at, counted from 1.
        reason: What is wrong there.
    """

    position: int
    reason: str


def flaw_of(expression: str) -> Flaw | None:
    """What is wrong with the form of a query, or None.

    Names and values are not looked up: an attribute that no instance has is a query that finds none.

    Args:
        expression: The query.
    """
    reader = _Reader(expression)
    try:
        reader.query()
    except _MalformedError as malformed:
        return malformed.flaw
    return None


class _MalformedError(Exception):
    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.reason)
        self.flaw = flaw


class _Reader:
    """Reads by descent: `or` binds least, then `and`, then `not`; parentheses hold any of them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def query(self) -> None:
        self._alternatives()
        self._skip_space()
        if self._at < len(self._text):
            self._fail(f"{self._rest()} follows a whole expression, where only `and` or `or` may.")

    def _alternatives(self) -> None:
        self._conditions()
        while self._take(_OR):
            self._conditions()

    def _conditions(self) -> None:
        self._condition()
        while self._take(_AND):
            self._condition()

    def _condition(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail(f"it is nested more than {_DEEPEST} deep.")
        if self._take(_NOT):
            self._condition()
        elif self._sign("("):
            opened = self._at
            self._alternatives()
            if not self._sign(")"):
                self._fail(f"the parenthesis that opens at character {opened} is not closed.")
        else:
            self._comparison()
        self._depth -= 1

    def _comparison(self) -> None:
        subject = self._subject()
        operator = self._operator(subject)
        if operator in ("exists", "!exists"):
            return
        if operator in ("in", "!in"):
            self._list(subject)
        elif operator in ("=~", "!~"):
            self._pattern()
        else:
            self._value(subject, _VALUE, "a value")

    def _subject(self) -> str:
        self._skip_space()
        started = self._at
        subject = self._take(_SUBJECT)
        if not subject:
            self._fail(f"{self._rest()} stands where a subject is expected: {_SUBJECTS}.")
        if subject not in _TAKES and subject != "task:group" and not _ATTRIBUTE.fullmatch(subject):
            self._fail(f"`{subject}` is no subject; subjects are {_SUBJECTS}.", at=started)
        return subject

    def _operator(self, subject: str) -> str:
        self._skip_space()
        started = self._at
        written = self._take(_OPERATOR)
        if not written:
            self._fail(f"{self._rest()} stands where the operator of `{subject}` is expected.")
        operator = _SIGN_OF.get(written, written)
        allowed = _TAKES.get(subject, tuple(_OPERATORS))
        if operator not in allowed:
            self._fail(f"`{subject}` takes no `{written}`, but {' '.join(allowed)}.", at=started)
        return operator

    def _list(self, subject: str) -> None:
        if not self._sign("["):
            self._fail(f"{self._rest()} stands where a list such as [a, b] is expected.")
        self._value(subject, _LIST_VALUE, "a value of the list")
        while self._sign(","):
            self._value(subject, _LIST_VALUE, "a value of the list")
        if not self._sign("]"):
            self._fail(f"{self._rest()} stands where the list goes on with a comma or ends with a bracket.")

    def _value(self, subject: str, form: re.Pattern[str], what: str) -> None:
        self._skip_space()
        started = self._at
        value = self._quoted_or(form)
        if not value:
            self._fail(f"{self._rest()} stands where {what} is expected.")
        if subject in _FORMS and not _FORMS[subject][0].fullmatch(value):
            self._fail(f"`{value}` is not {_FORMS[subject][1]}, as `{subject}` takes.", at=started)

    def _pattern(self) -> None:
        self._skip_space()
        started = self._at
        pattern = self._quoted_or(_PATTERN)
        if not pattern:
            self._fail(f"{self._rest()} stands where a pattern is expected; it may hold no parentheses.")
        # What Java writes with a backslash or a parenthesis, Python may write otherwise.
        if not re.search(r"[\\(]", pattern):
            try:
                re.compile(pattern)
            except re.error as error:
                self._fail(f"`{pattern}` is no regular expression: {error.msg}.", at=started)

    def _quoted_or(self, form: re.Pattern[str]) -> str | None:
        if self._text[self._at : self._at + 1] not in ("'", '"'):
            return self._take(form)
        found = _QUOTED.match(self._text, self._at)
        if not found:
            self._fail("the quote that opens here is not closed.")
        if found.end() - found.start() == 2:
            self._fail("there is nothing between the quotes.")
        self._at = found.end()
        return found[1] or found[2]

    def _take(self, form: re.Pattern[str]) -> str | None:
        self._skip_space()
        found = form.match(self._text, self._at)
        if not found:
            return None
        self._at = found.end()
        return found[0]

    def _sign(self, sign: str) -> bool:
        return self._take(re.compile(re.escape(sign))) is not None

    def _skip_space(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _rest(self) -> str:
        rest = self._text[self._at :]
        return f"`{rest[:20]}`" if rest else "the end"

    def _fail(self, reason: str, *, at: int | None = None) -> NoReturn:
        raise _MalformedError(Flaw((self._at if at is None else at) + 1, reason))
