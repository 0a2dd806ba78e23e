"""A stack that is deployed as CloudFormation deploys one, except that nothing is ever rolled back."""

from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack, cloudformation_backends

from rehearsal.engine import exports
from rehearsal.engine.change import Change, ResourceError
from rehearsal.engine.events import record
from rehearsal.engine.order import creation_order
from rehearsal.engine.resources import Resources
from rehearsal.engine.templates import parse
from rehearsal.models.resource import Resource

_RETAINED = {"Retain", "RetainExceptOnCreate"}


class RehearsedStack(Stack):
    """moto's stack with an order, events for each resource, retention and a reason for what failed.

    A failure leaves the stack in CREATE_FAILED, UPDATE_FAILED or DELETE_FAILED, as CloudFormation does with
    rollback disabled; the next deployment goes on from there.
    """

    resource_map: Resources  # type: ignore[assignment] - moto names the base class

    def _create_resource_map(self) -> Resources:
        resources = Resources(
            self.stack_id,
            self.name,
            self.parameters,
            self.tags,
            account_id=self.account_id,
            region_name=self.region_name,
            template=self.template_dict,
            cross_stack_resources=None,
        )
        resources.load()
        self.parameters = resources.given_parameters()
        self._outputs: list[dict[str, Any]] = []
        return resources

    @staticmethod
    def parse_template(template: str) -> dict[str, Any]:
        """Read a template."""
        return parse(template)

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """Values as they were at the end of the last deployment."""
        return self._outputs

    @property
    def exports(self) -> list[Any]:
        """None while moto asks, before anything exists; `deploy` publishes them."""
        return []

    @property
    def parameter_list(self) -> list[dict[str, Any]]:
        """Parameters as they were given, or their defaults; the value of an SSM parameter apart."""
        resolved = self.resource_map.resolved_parameters
        return [
            {"ParameterKey": name, "ParameterValue": value}
            | ({"ResolvedValue": resolved[name]} if resolved[name] != value else {})
            for name, value in self.parameters.items()
            if name in resolved
        ]

    def create_resources(self) -> None:
        """Create everything; called by moto's CreateStack."""
        self._deploy("CREATE", first=True)

    def update(
        self,
        template: str,
        role_arn: str | None = None,
        parameters: dict[str, Any] | None = None,
        tags: dict[str, str] | None = None,
    ) -> None:
        """Go to another version of the template."""
        self._add_stack_event("UPDATE_IN_PROGRESS", resource_status_reason="User Initiated")
        self.role_arn = role_arn
        self.tags = self.tags if tags is None else tags
        self.deploy("UPDATE", template, parameters)

    def deploy(self, action: str, template: str, parameters: dict[str, Any] | None) -> None:
        """Take a template and parameters and make them true.

        Args:
            action: CREATE or UPDATE.
            template: The new template's text.
            parameters: Values of its parameters; None keeps those in use.
        """
        self.template = template
        self.template_dict = parse(template)
        self.resource_map.reload(self.template_dict, self.parameters if parameters is None else parameters)
        self.parameters = self.resource_map.given_parameters()
        self._deploy(action, first=action == "CREATE")

    def _deploy(self, action: str, *, first: bool) -> None:
        self.status = f"{action}_IN_PROGRESS"
        self.description = self.template_dict.get("Description")
        before = dict(self.resource_map.live)
        try:
            superseded = self._settle(before)
            self._publish()
        except ResourceError as failed:
            verb = "create" if first else "update"
            self._finish(f"{action}_FAILED", f"The following resource(s) failed to {verb}: [{failed}]. ")
            return
        except ValidationError as error:
            self._finish(f"{action}_FAILED", error.message)
            return
        wanted = self.resource_map.wanted()
        gone = [resource for logical_id, resource in before.items() if logical_id not in wanted]
        if superseded or gone:
            self._finish("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up(before, gone, superseded)
        self._finish(f"{action}_COMPLETE")

    def _settle(self, before: dict[str, Resource]) -> list[Resource]:
        """Create or change what the template wants; the objects that were replaced."""
        wanted = self.resource_map.wanted()
        superseded: list[Resource] = []
        order = creation_order(wanted)
        for logical_id in order:
            change = Change(self, logical_id, wanted[logical_id])
            current = change.apply(before.get(logical_id))
            self.resource_map.live[logical_id] = current
            previous = before.get(logical_id)
            if previous is not None and previous is not current:
                superseded.append(previous)
        # Deletion goes the other way round, so the map keeps the order of this template.
        live = self.resource_map.live
        self.resource_map.live = {
            **{key: live[key] for key in live if key not in wanted},
            **{key: live[key] for key in order},
        }
        return superseded

    def _publish(self) -> None:
        outputs = self.resource_map.outputs()
        backend = self._backend()
        wanted = exports.exported(outputs)
        reason = exports.in_use(backend, self, wanted)
        if reason is not None:
            raise ValidationError(message=reason)
        exports.publish(backend, self, wanted)
        self._outputs = outputs

    def _clean_up(
        self, before: dict[str, Resource], gone: list[Resource], superseded: list[Resource]
    ) -> None:
        for logical_id, resource in reversed(before.items()):
            if resource in gone:
                self._remove(resource, keep=resource.deletion_policy in _RETAINED)
                del self.resource_map.live[logical_id]
            elif resource in superseded:
                self._remove(resource, keep=resource.update_replace_policy == "Retain")

    def delete(self) -> None:
        """Delete everything but what is retained, the last created first."""
        self._add_stack_event("DELETE_IN_PROGRESS", resource_status_reason="User Initiated")
        self.status = "DELETE_IN_PROGRESS"
        reason = exports.in_use(self._backend(), self, {})
        if reason is not None:
            self._finish("DELETE_FAILED", reason)
            return
        failed = [
            logical_id
            for logical_id, resource in reversed(list(self.resource_map.live.items()))
            if not self._remove(resource, keep=resource.deletion_policy in _RETAINED)
        ]
        for logical_id in self.resource_map.live.keys() - set(failed):
            del self.resource_map.live[logical_id]
        if failed:
            names = ", ".join(failed)
            self._finish("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
            return
        exports.publish(self._backend(), self, {})
        self._finish("DELETE_COMPLETE")

    def _remove(self, resource: Resource, *, keep: bool) -> bool:
        if keep:
            record(self, resource, "DELETE_SKIPPED")
            return True
        return Change.remove(self, resource)

    def _finish(self, status: str, reason: str | None = None) -> None:
        self.status = status
        self._add_stack_event(status, resource_status_reason=reason)

    def _add_stack_event(
        self,
        resource_status: str,
        resource_status_reason: str | None = None,
        resource_properties: str | None = None,
    ) -> None:
        super()._add_stack_event(resource_status, resource_status_reason, resource_properties)
        record(self, None, resource_status, resource_status_reason)

    def _backend(self) -> CloudFormationBackend:
        return cloudformation_backends[self.account_id][self.region_name]
