"""The priority of a rule that names none, from its own conditions and nothing else.

No other rule is looked at, so that adding, removing or renaming one renumbers none. Why it is this number is
argued in docs/decisions/priorities.md. Nothing here needs aws_cdk: files are validated by it before a synth.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

# What comes before and after is for numbers chosen by hand.
_FIRST = 1_000
_LONGEST = 128
# Which hosts a rule asks for, in the order of the numbers.
_EXACT, _WILDCARD, _ANY = 0, 1, 2


def computed_priority(hosts: Sequence[str], paths: Sequence[str]) -> int:
    """A number from 1,000 to 48,999, the same for the same conditions at any time.

    Rules for given hosts come before rules for hosts with wildcards, and these before rules for any host.
    Among them the rule with the longer conditions comes first, an exact path before one with a wildcard as
    long. Length is counted without `*`. Of several hosts or paths the broadest decides, so that a rule with
    a catch-all among its paths stands in no other rule's way; a rule for everything comes last.

    Args:
        hosts: The rule's host names.
        paths: The rule's paths.
    """
    kind, length, is_exact = _specificity(hosts, paths)
    start, size = _bands()[kind, length]
    exact = size // 5
    first, room = (start, exact) if is_exact else (start + exact, size - exact)
    # One order for the same set; a set cannot be hashed alike in two processes.
    said = "\n".join(["hosts", *sorted(set(hosts)), "paths", *sorted(set(paths))])
    return first + int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big") % room


def _specificity(hosts: Sequence[str], paths: Sequence[str]) -> tuple[int, int, bool]:
    length, exact = min(((_length(path), not _is_wild(path)) for path in paths), default=(0, False))
    if not hosts:
        return _ANY, length, exact
    if not any(_is_wild(host) for host in hosts):
        # Two names never match one request, whatever their lengths.
        return _EXACT, length, exact
    # The sum keeps the order where one rule's requests are all another's too: neither part is then shorter.
    return _WILDCARD, length + min(_length(host) for host in hosts), exact


def _is_wild(condition: str) -> bool:
    return "*" in condition or "?" in condition


def _length(condition: str) -> int:
    # A question mark stands for a character and counts as one.
    return min(len(condition) - condition.count("*"), _LONGEST)


@cache
def _bands() -> dict[tuple[int, int], tuple[int, int]]:
    """Where the numbers of each kind and length start, and how many they are."""
    bands: dict[tuple[int, int], tuple[int, int]] = {}
    start = _FIRST
    for kind in (_EXACT, _WILDCARD, _ANY):
        for length in range(2 * _LONGEST if kind == _WILDCARD else _LONGEST, -1, -1):
            size = _size(kind, length)
            bands[kind, length] = start, size
            start += size
    return bands


def _size(kind: int, length: int) -> int:
    if kind == _WILDCARD:
        return 100 if length <= 64 else 10
    if kind == _EXACT and length < 2:
        # A host of its own and any path, which is what most services with a host have.
        return 6_000 if length == 0 else 2_000
    return {_EXACT: 250, _ANY: 500}[kind] if length <= 32 else 36
