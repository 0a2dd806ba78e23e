"""Roles and who may take them."""

from dataclasses import dataclass
from typing import Any

from rehearsal.inventory.asking import every


@dataclass(frozen=True, kw_only=True)
class Role:
    """An IAM role."""

    name: str
    trusted: list[str]


def roles(iam: Any) -> list[Role]:
    """All roles but the bootstrap's, by name."""
    found = [item for item in every(iam, "list_roles", "Roles") if not item["RoleName"].startswith("cdk-")]
    return [
        Role(name=item["RoleName"], trusted=_trusted(item["AssumeRolePolicyDocument"]))
        for item in sorted(found, key=lambda item: item["RoleName"])
    ]


def _trusted(document: dict[str, Any]) -> list[str]:
    principals = [statement.get("Principal", {}) for statement in document["Statement"]]
    values = [
        value for principal in principals if isinstance(principal, dict) for value in principal.values()
    ]
    return sorted({item for value in values for item in ([value] if isinstance(value, str) else value)})
