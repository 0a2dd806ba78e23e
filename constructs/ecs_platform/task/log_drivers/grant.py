"""Permissions of what stands beside an application, on the role of its task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from ecs_platform.account.permission import Permission
from ecs_platform.acknowledge import acknowledge

if TYPE_CHECKING:
    from ecs_platform.task.task import Task


def grant(task: Task, permissions: Sequence[Permission]) -> None:
    """Allow the task's role all of it, and argue where a resource holds a wildcard.

    Args:
        task: The task; its role is that of all its containers.
        permissions: What is allowed.
    """
    stack = cdk.Stack.of(task)
    for permission in permissions:
        task.roles.task_role.add_to_principal_policy(iam.PolicyStatement.from_json(permission.statement))
        wide = [_as_nag_writes(stack.resolve(each)) for each in permission.resources if "*" in each]
        if wide:
            acknowledge(
                task.roles.task_role,
                {f"AwsSolutions-IAM5[Resource::{each}]": permission.because or "" for each in wide},
            )


def _as_nag_writes(resolved: Any) -> str:
    """A resource as cdk-nag prints it: references in angle brackets, imports by their names."""
    parts: list[Any] = [resolved] if isinstance(resolved, str) else resolved["Fn::Join"][1]
    return "".join(map(_text, parts))


def _text(part: Any) -> str:
    if isinstance(part, str):
        return part
    if "Fn::ImportValue" in part:
        return part["Fn::ImportValue"]
    return f"<{part['Ref']}>" if "Ref" in part else f"<{'.'.join(part['Fn::GetAtt'])}>"
