"""What the gate found, and how a person reads it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that a stack update would do.

    Args:
        stack: The stack.
        resource: Logical id and type, such as `ServiceBlue (AWS::ElasticLoadBalancingV2::TargetGroup)`.
        says: What would happen.
        way_round: What to do instead.
        retire: The name under which it can be let go with `--retire`. None where nothing can be let go.
        refused: Whether a deployment stops here. False is a warning.
    """

    stack: str
    resource: str
    says: str
    way_round: str
    retire: str | None = None
    refused: bool = True

    def __str__(self) -> str:
        """Three or four lines."""
        lines = [
            f"  {self.resource}",
            f"      {'' if self.refused else 'Mind: '}{self.says}",
            f"      Instead: {self.way_round}" if self.refused else f"      {self.way_round}",
        ]
        if self.retire is not None:
            lines.append(f"      Or let it go all the same: ARGS='--retire {self.retire}'")
        return "\n".join(lines)


def report(findings: Sequence[Finding]) -> str:
    """All findings, stack by stack."""
    stacks: dict[str, list[str]] = {}
    for finding in findings:
        stacks.setdefault(finding.stack, []).append(str(finding))
    return "\n".join("\n".join([stack, *found]) for stack, found in stacks.items())
