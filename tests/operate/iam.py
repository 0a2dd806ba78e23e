"""As much of IAM's evaluation as these policies use: what an identity policy within a boundary allows."""

import re
from collections.abc import Mapping
from typing import Any

Context = Mapping[str, str]


def allows(
    policies: list[Mapping[str, Any]],
    boundary: Mapping[str, Any],
    action: str,
    resource: str = "*",
    **context: str,
) -> bool:
    """Whether both allow it and neither denies it.

    Condition keys are given with two underscores for a colon and one more for a slash.
    """
    keys = {key.replace("___", "/").replace("__", ":"): value for key, value in context.items()}
    statements = [each for policy in policies for each in policy["Statement"]]
    granted = any(_speaks_of(each, "Allow", action, resource, keys) for each in statements)
    bounded = any(_speaks_of(each, "Allow", action, resource, keys) for each in boundary["Statement"])
    denied = any(
        _speaks_of(each, "Deny", action, resource, keys) for each in [*statements, *boundary["Statement"]]
    )
    return granted and bounded and not denied


def _speaks_of(
    statement: Mapping[str, Any], effect: str, action: str, resource: str, context: Context
) -> bool:
    if statement["Effect"] != effect:
        return False
    if "NotAction" in statement:
        names_it = not _any(statement["NotAction"], action)
    else:
        names_it = _any(statement["Action"], action)
    return names_it and _any(statement["Resource"], resource) and _holds(statement, context)


def _holds(statement: Mapping[str, Any], context: Context) -> bool:
    for operator, conditions in statement.get("Condition", {}).items():
        for key, wanted in conditions.items():
            values = wanted if isinstance(wanted, list) else [wanted]
            found = context.get(key)
            match operator:
                case "StringEquals":
                    # A key that the request does not have fails.
                    holds = found in values
                case "StringNotEquals":
                    # And passes where it must not be equal.
                    holds = found not in values
                case _:
                    raise AssertionError(f"{operator} is not known here")
            if not holds:
                return False
    return True


def _any(patterns: Any, value: str) -> bool:
    return any(
        re.fullmatch(re.escape(each).replace(r"\*", ".*").replace(r"\?", "."), value, re.IGNORECASE)
        for each in (patterns if isinstance(patterns, list) else [patterns])
    )
