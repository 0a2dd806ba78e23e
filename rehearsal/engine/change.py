"""What happens to one resource in one deployment: nothing, creation, change in place, or replacement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Stack
from moto.core.exceptions import ServiceException

from rehearsal import journal
from rehearsal.engine import names
from rehearsal.engine.events import record
from rehearsal.engine.resources import Resources
from rehearsal.engine.schema import replaces
from rehearsal.models.catalogue import model_for
from rehearsal.models.resource import GapError, Place, Properties, RefusedError, Resource, Watched


class ResourceError(Exception):
    """A resource failed; the message is its logical id, the reason is in its event."""


class _Unmade(Resource):
    """What fails before anything is known of it but its place, for the event."""

    def create(self, new: Properties) -> None:
        """Nothing: it never comes to that."""


class Change:
    """The change of one resource of a stack to what its template says.

    Args:
        stack: The stack.
        resources: Its resources so far.
        logical_id: Name of the resource in the template.
        declared: What the template says about it, unresolved.
    """

    def __init__(self, stack: Stack, resources: Resources, logical_id: str, declared: dict[str, Any]) -> None:
        self._stack = stack
        self._resources = resources
        self._declared = declared
        self._place = Place(
            account=stack.account_id,
            region=stack.region_name,
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_id=logical_id,
            type=declared["Type"],
        )

    def apply(self, previous: Resource | None) -> Resource:
        """Make it so; the resource that exists afterwards, which may be another object than before.

        Raises:
            ResourceError: It could not be made so. The event carries the reason.
        """
        action = "CREATE" if previous is None else "UPDATE"
        shown = previous or _Unmade(self._place, "")
        try:
            properties = self._resources.properties_of(self._place.logical_id)
            current = self._create(properties) if previous is None else self._update(previous, properties)
        except Exception as error:
            record(self._stack, shown, f"{action}_FAILED", reason_of(error))
            raise ResourceError(self._place.logical_id) from error
        current.properties = properties
        current.deletion_policy = self._declared.get("DeletionPolicy", "Delete")
        current.update_replace_policy = self._declared.get("UpdateReplacePolicy", "Delete")
        return current

    def _create(self, properties: Properties) -> Resource:
        resource = self._new(properties)
        record(self._stack, resource, "CREATE_IN_PROGRESS")
        self._fill(resource, properties)
        record(self._stack, resource, "CREATE_COMPLETE")
        return resource

    def _new(self, properties: Properties) -> Resource:
        model = model_for(self._place.type)
        named = properties.get(model.named_by) if model.named_by else None
        return model(
            self._place,
            named or names.generate(self._place.type, self._place.stack_name, self._place.logical_id),
        )

    @staticmethod
    def _fill(resource: Resource, properties: Properties) -> None:
        watched = Watched(properties)
        with _gaps_noted(resource):
            resource.create(watched)
            unread = watched.unread - {resource.named_by} - resource.read_later
            if unread:
                raise GapError(f"properties {', '.join(sorted(unread))}")

    def _update(self, previous: Resource, properties: Properties) -> Resource:
        if previous.place.type != self._place.type:
            raise ValidationError(
                message=f"Update of resource type is not permitted: was {previous.place.type}"
            )
        if previous.properties == properties:
            return previous
        if replaces(self._place.type, previous.properties, properties):
            return self._replace(previous, properties)
        record(self._stack, previous, "UPDATE_IN_PROGRESS")
        current = previous
        with _gaps_noted(previous):
            # A custom resource may answer with another physical id: the one before is cleaned up at the end.
            current = previous.update(properties) or previous
        record(self._stack, current, "UPDATE_COMPLETE")
        return current

    def _replace(self, previous: Resource, properties: Properties) -> Resource:
        name = properties.get(previous.named_by) if previous.named_by else None
        if name and name == previous.properties.get(previous.named_by):
            raise ValidationError(
                message="CloudFormation cannot update a stack when a custom-named resource requires "
                f"replacing. Rename {name} and update the stack again."
            )
        reason = "Requested update requires the creation of a new physical resource; hence creating one."
        record(self._stack, previous, "UPDATE_IN_PROGRESS", reason)
        resource = self._new(properties)
        self._fill(resource, properties)
        record(self._stack, resource, "UPDATE_COMPLETE")
        return resource

    @staticmethod
    def remove(stack: Stack, resource: Resource) -> bool:
        """Delete a resource; whether that worked."""
        record(stack, resource, "DELETE_IN_PROGRESS")
        try:
            with _gaps_noted(resource):
                resource.delete()
        except Exception as error:
            record(stack, resource, "DELETE_FAILED", reason_of(error))
            return False
        record(stack, resource, "DELETE_COMPLETE")
        return True


@contextmanager
def _gaps_noted(resource: Resource) -> Iterator[None]:
    try:
        yield
    except GapError as gap:
        resource.note(journal.Kind.NOT_SHOWN, str(gap))


def reason_of(error: Exception) -> str:
    """The reason of a failure as CloudFormation words it in a resource's event."""
    match error:
        case ClientError():
            answer = error.response.get("Error", {})
            return f"{answer.get('Message')} (Service: {error.operation_name}, Code: {answer.get('Code')})"
        case ServiceException():
            return error.message
        case RefusedError():
            return str(error)
        case _:
            return f"{type(error).__name__}: {error}"
