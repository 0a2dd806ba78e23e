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

    resource_map: Resources

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
        self._replaced: list[Resource] = []
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
        self._deploy("CREATE")

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
        self._deploy(action)

    def _deploy(self, action: str) -> None:
        self.status = f"{action}_IN_PROGRESS"
        self.description = self.template_dict.get("Description")
        before = dict(self.resource_map.live)
        try:
            self._settle(before)
            self._publish()
        except ResourceError as failed:
            verb = action.lower()
            self._finish(f"{action}_FAILED", f"The following resource(s) failed to {verb}: [{failed}]. ")
            return
        except ValidationError as error:
            self._finish(f"{action}_FAILED", error.message)
            return
        self._clean_up(before)
        self._finish(f"{action}_COMPLETE")

    def _settle(self, before: dict[str, Resource]) -> None:
        """Create or change what the template wants; what was replaced is left for the clean-up."""
        wanted = self.resource_map.wanted()
        live = self.resource_map.live
        order = creation_order(wanted)
        for logical_id in order:
            previous = before.get(logical_id)
            change = Change(self, self.resource_map, logical_id, wanted[logical_id])
            current = change.apply(previous)
            live[logical_id] = current
            if previous is not None and previous is not current:
                self._replaced.append(previous)
        # Deletion goes the other way round, so the map keeps the order of this template.
        gone = {logical_id: live[logical_id] for logical_id in live if logical_id not in wanted}
        self.resource_map.live = {**gone, **{logical_id: live[logical_id] for logical_id in order}}

    def _publish(self) -> None:
        outputs = self.resource_map.outputs()
        backend = self._backend()
        wanted = exports.exported(outputs)
        reason = exports.in_use(backend, self, wanted)
        if reason is not None:
            raise ValidationError(message=reason)
        exports.publish(backend, self, wanted)
        self._outputs = outputs

    def _clean_up(self, before: dict[str, Resource]) -> None:
        """Delete what was replaced or is no longer wanted, the last created first."""
        wanted = self.resource_map.wanted()
        gone = [resource for logical_id, resource in before.items() if logical_id not in wanted]
        if not gone and not self._replaced:
            return
        self._finish("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        # What an update that failed later had replaced is not in `before` any more.
        earlier = [resource for resource in self._replaced if resource not in before.values()]
        for resource in reversed([*earlier, *before.values()]):
            if resource in gone:
                self._remove(resource, keep=resource.deletion_policy in _RETAINED)
                del self.resource_map.live[resource.place.logical_id]
            elif resource in self._replaced:
                self._remove(resource, keep=resource.update_replace_policy == "Retain")
        self._replaced = []

    def delete(self) -> None:
        """Delete everything but what is retained, the last created first."""
        self._add_stack_event("DELETE_IN_PROGRESS", resource_status_reason="User Initiated")
        self.status = "DELETE_IN_PROGRESS"
        reason = exports.in_use(self._backend(), self, {})
        if reason is not None:
            self._finish("DELETE_FAILED", reason)
            return
        for resource in self._replaced:
            self._remove(resource, keep=resource.update_replace_policy == "Retain")
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
