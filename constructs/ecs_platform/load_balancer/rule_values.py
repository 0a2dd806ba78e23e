"""What ELB takes as the priority and the conditions of a listener rule.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
"""

import re
from collections.abc import Sequence

import aws_cdk as cdk

from ecs_platform.problem import ConfigurationError

_PRIORITIES = range(1, 50_001)
_VALUES = _WILDCARDS = 5
_LENGTH = 128
_HOST = re.compile(r"[A-Za-z0-9*?._-]*\.[A-Za-z]+")
_PATH = re.compile(r"[/*][A-Za-z0-9*?_.$/~\"'@:+&-]*")


def check_priority(priority: int | None) -> None:
    """Refuse a priority that no rule can have; None is computed."""
    if priority is None:
        return
    # Asked last, here and below: each call into CDK crosses into Node, and nearly every value is in order.
    if priority not in _PRIORITIES and not cdk.Token.is_unresolved(priority):
        raise ConfigurationError(
            f"The priority of a rule is {priority}.",
            allowed="a whole number from 1 to 50000.",
            where="ListenerRule(priority=...), the service's routing priority.",
        )


def check_conditions(hosts: Sequence[str], paths: Sequence[str], *, computed: bool = False) -> None:
    """Refuse hosts and paths that ELB would refuse, that no request matches, or that say no priority."""
    values = [*hosts, *paths]
    where = "ListenerRule(hosts=..., paths=...), the service's routing hosts and paths."
    if not hosts and not paths:
        raise ConfigurationError(
            "A rule without hosts and paths would take every request.",
            allowed="a host or a path at least; paths=['/*'] where every request is meant.",
            where=where,
        )
    if len(hosts) + len(paths) > _VALUES:
        raise ConfigurationError(
            f"A rule has {len(hosts) + len(paths)} hosts and paths.",
            allowed="5 in one rule, all together. Use a wildcard, or add another rule.",
            where=where,
        )
    wildcards = sum(value.count("*") + value.count("?") for value in values)
    if wildcards > _WILDCARDS:
        raise ConfigurationError(
            f"A rule has {wildcards} wildcards in its hosts and paths.",
            allowed="5 in one rule, all together.",
            where=where,
        )
    if computed and any("${Token[" in value for value in values):
        raise ConfigurationError(
            "A priority cannot be computed from hosts or paths that only CloudFormation knows.",
            allowed="a priority chosen by hand.",
            where="ListenerRule(priority=...), the service's routing priority.",
        )
    for value in values:
        if len(value) > _LENGTH and not cdk.Token.is_unresolved(value):
            raise ConfigurationError(
                f"{value!r} has {len(value)} characters.", allowed="128 in a host or a path.", where=where
            )
    _check_form(
        hosts, _HOST, "host", "letters, digits, - . _ * ? with a dot and letters alone after the last", where
    )
    _check_form(
        paths, _PATH, "path", "/ or * first, then letters, digits and _ - . $ / ~ \" ' @ : + & * ?", where
    )


def _check_form(values: Sequence[str], form: re.Pattern[str], kind: str, allowed: str, where: str) -> None:
    for value in values:
        if not form.fullmatch(value) and not cdk.Token.is_unresolved(value):
            raise ConfigurationError(f"{value!r} is not a {kind}.", allowed=allowed, where=where)
