"""Stack events: for DescribeStackEvents, where the CLI looks, and for the journal, where the demo looks."""

from typing import Any

from moto.cloudformation.models import Event, Stack

from rehearsal import journal
from rehearsal.models.resource import Resource


def record(stack: Stack, resource: Resource | None, status: str, reason: str | None = None) -> None:
    """Write down that a resource, or with None the stack itself, reached a status."""
    if resource is not None:
        event: Any = Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=resource.place.logical_id,
            physical_resource_id=resource.physical_id,
            resource_type=resource.place.type,
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
        stack.events.append(event)
    journal.write(
        journal.Entry(
            kind=journal.Kind.EVENT,
            stack=stack.name,
            logical_id=resource.place.logical_id if resource else stack.name,
            type=resource.place.type if resource else stack.cloudformation_type(),
            status=status,
            detail=reason or "",
        )
    )
