"""The deployment engine: what moto's CloudFormation does not do, on moto's own stacks and exports."""

from typing import Any

import moto.cloudformation.models as moto_cloudformation
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack
from moto.cloudformation.responses import CloudFormationResponse

from rehearsal.engine import change_sets
from rehearsal.engine.stack import RehearsedStack
from rehearsal.engine.templates import parse


def install() -> None:
    """Make moto's CloudFormation deploy with this engine, in this process; idempotent."""
    moto_cloudformation.Stack = RehearsedStack
    ChangeSet._parse_template = _parse_template
    ChangeSet.apply = _apply
    CloudFormationResponse._validate_different_update = _validate_different_update
    CloudFormationBackend.delete_stack = _delete_stack
    CloudFormationBackend.execute_change_set = _execute_change_set
    change_sets.install()


_moto_validation = CloudFormationResponse._validate_different_update


def _validate_different_update(
    self: CloudFormationResponse, incoming_params: Any, stack_body: str, old_stack: Stack
) -> None:
    # "No updates are to be performed" does not hold for what failed: the same template is tried again.
    if not old_stack.status.endswith("_FAILED"):
        _moto_validation(self, incoming_params, stack_body, old_stack)


def _parse_template(self: ChangeSet) -> None:
    self.template_dict = parse(self.template)


def _apply(self: ChangeSet) -> None:
    stack: Any = self.stack
    action = "CREATE" if self.change_set_type == "CREATE" else "UPDATE"
    stack.deploy(action, self.template, self.parameters)


def _execute_change_set(
    self: CloudFormationBackend, change_set_name: str, stack_name: str | None = None
) -> None:
    del stack_name
    change_set = self.describe_change_set(change_set_name)
    if change_set is None:
        raise ValidationError(change_set_name)
    change_set.stack._add_stack_event(f"{change_set.change_set_type}_IN_PROGRESS", "User Initiated")
    change_set.apply()
    change_set.execution_status = "EXECUTE_COMPLETE"


def _delete_stack(self: CloudFormationBackend, name_or_stack_id: str) -> None:
    # moto forgets the stack before it deletes the resources, and for good if one of them fails.
    for stack in list(self.stacks.values()):
        if name_or_stack_id in {stack.name, stack.stack_id}:
            stack.delete()
            if stack.status == "DELETE_COMPLETE":
                del self.stacks[stack.stack_id]
                self.deleted_stacks[stack.stack_id] = stack
