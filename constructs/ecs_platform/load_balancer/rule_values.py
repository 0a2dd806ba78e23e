"""What ELB takes as the priority and the conditions of a listener rule.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

import re
from collections.abc import Sequence

import aws_cdk as cdk

from ecs_platform.mistakes import Mistake, not_a_list
from ecs_platform.tokens import is_token

_PRIORITIES = range(1, 50_001)
_VALUES = _WILDCARDS = 5
_LENGTH = 128
_HOST = re.compile(r"[A-Za-z0-9*?._-]*\.[A-Za-z]+")
_PRIORITY = "ListenerRule(priority=...), the service's routing priority."
_CONDITIONS = "ListenerRule(hosts=..., paths=...), the service's routing hosts and paths."
_PATH = re.compile(r"[/*][A-Za-z0-9*?_.$/~\"'@:+&-]*")


def wrong_priority(priority: int | None) -> Sequence[Mistake]:
    """The mistake of a priority that no rule can have, or none; None is computed."""
    # Asked last, here and below: each call into CDK crosses into Node, and nearly every value is in order.
    if priority is None or priority in _PRIORITIES or cdk.Token.is_unresolved(priority):
        return []
    return [
        Mistake(
            problem=f"The priority of a rule is {priority}.",
            allowed="a whole number from 1 to 50000.",
            where=_PRIORITY,
        )
    ]


def wrong_conditions(
    hosts: Sequence[str], paths: Sequence[str], *, computed: bool = False
) -> Sequence[Mistake]:
    """All in hosts and paths that ELB would refuse, that no request matches, or that says no priority.

    Args:
        hosts: The rule's host names.
        paths: The rule's paths.
        computed: Whether the priority is to come from them.
    """
    if alone := [*not_a_list(hosts, where=_CONDITIONS), *not_a_list(paths, where=_CONDITIONS)]:
        return alone
    values = [*hosts, *paths]
    found: list[tuple[str, str]] = []
    if not values:
        found.append(
            (
                "A rule without hosts and paths would take every request.",
                "a host or a path at least; paths=['/*'] where every request is meant.",
            )
        )
    if len(values) > _VALUES:
        found.append(
            (
                f"A rule has {len(values)} hosts and paths.",
                "5 in one rule, all together. Use a wildcard, or add another rule.",
            )
        )
    wildcards = sum(value.count("*") + value.count("?") for value in values)
    if wildcards > _WILDCARDS:
        found.append(
            (f"A rule has {wildcards} wildcards in its hosts and paths.", "5 in one rule, all together.")
        )
    for value in values:
        if len(value) > _LENGTH and not cdk.Token.is_unresolved(value):
            found.append((f"{value!r} has {len(value)} characters.", "128 in a host or a path."))
    found += _of_other_form(
        hosts, _HOST, "host", "letters, digits, - . _ * ? with a dot and letters alone after the last"
    )
    found += _of_other_form(
        paths, _PATH, "path", "/ or * first, then letters, digits and _ - . $ / ~ \" ' @ : + & * ?"
    )
    mistakes = [Mistake(problem=problem, allowed=allowed, where=_CONDITIONS) for problem, allowed in found]
    if computed and any(is_token(value) for value in values):
        mistakes.append(
            Mistake(
                problem="A priority cannot be computed from hosts or paths that only CloudFormation knows.",
                allowed="a priority chosen by hand.",
                where=_PRIORITY,
            )
        )
    return mistakes


def _of_other_form(
    values: Sequence[str], form: re.Pattern[str], kind: str, allowed: str
) -> list[tuple[str, str]]:
    return [
        (f"{value!r} is not a {kind}.", f"{allowed}.")
        for value in values
        if not form.fullmatch(value) and not cdk.Token.is_unresolved(value)
    ]
