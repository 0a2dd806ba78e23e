"""Whether a rule takes every request that another one is there for.

Nothing here needs aws_cdk: files are validated by it before a synth.
"""

import re
from collections.abc import Sequence
from functools import cache

_CATCH_ALL = {"/*", "*"}


def takes_all_of(
    hosts: Sequence[str], paths: Sequence[str], *, other_hosts: Sequence[str], other_paths: Sequence[str]
) -> bool:
    """Whether no request with the other rule's conditions gets past these.

    Each host and path of the other is compared with each of these. What only two of them together would take
    is not found.

    Args:
        hosts: The host names of the rule that is asked first.
        paths: Its paths.
        other_hosts: The host names of the rule behind it.
        other_paths: Its paths.
    """
    # ELB compares hosts without regard to case, and paths with it:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
    return _take_all_of(_lower(hosts), _lower(other_hosts)) and _take_all_of(paths, other_paths)


def _take_all_of(conditions: Sequence[str], others: Sequence[str]) -> bool:
    if not conditions or any(condition in _CATCH_ALL for condition in conditions):
        return True
    return bool(others) and all(
        any(_form(condition).fullmatch(other) for condition in conditions) for other in others
    )


def _lower(hosts: Sequence[str]) -> Sequence[str]:
    return [host.lower() for host in hosts]


@cache
def _form(condition: str) -> re.Pattern[str]:
    # The other one is read as text. A star in it stands for any number of letters: only a star takes it.
    return re.compile("".join({"*": ".*", "?": "[^*]"}.get(one, re.escape(one)) for one in condition))
