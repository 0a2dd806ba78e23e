"""A stack as CloudFormation has it: status, template, tags, outputs, roles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from operate.aws import Aws, explained
from operate.deploying.assembly import Stack
from operate.problem import OperateError

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
NEVER_WAS = {
    "REVIEW_IN_PROGRESS",
    "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED",
    "CREATE_FAILED",
    "DELETE_COMPLETE",
}
"""The statuses of a stack that has never come to stand."""

_AT_REST = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"}


@dataclass(frozen=True, kw_only=True)
class StackState:
    """One stack.

    Args:
        name: Its name.
        status: CloudFormation's status. None where there is no such stack.
        reason: Why, as CloudFormation says.
        template: What is deployed. Empty where nothing is.
        tags: Its tags.
        outputs: Its outputs.
    """

    name: str
    status: str | None = None
    reason: str = ""
    template: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def deployed(self) -> bool:
        """Whether it has ever come to stand."""
        return self.status is not None and self.status not in NEVER_WAS

    @property
    def busy(self) -> bool:
        """Whether CloudFormation is at work on it."""
        return self.status is not None and self.status.endswith("_IN_PROGRESS") and self.deployed

    def is_as(self, stack: Stack) -> bool:
        """Whether the deployment of a stack would change nothing.

        CloudFormation gives a template back with a question mark for each character beyond ASCII. Such a
        template is never the same here, and the change set tells whether it is.
        https://github.com/aws/aws-cdk/issues/10523
        """
        return self.status in _AT_REST and self.template == stack.template and self.tags == stack.tags


def read_state(aws: Aws, name: str) -> StackState:
    """Ask CloudFormation for a stack.

    Args:
        aws: The way to AWS.
        name: The stack's name.

    Raises:
        OperateError: CloudFormation refused to answer.
    """
    cloudformation = aws.client("cloudformation")
    try:
        with explained(f"read the stack {name}"):
            found: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except OperateError as error:
        if isinstance(error.__cause__, ClientError) and "does not exist" in str(error.__cause__):
            return StackState(name=name)
        raise
    state = StackState(
        name=name,
        status=found["StackStatus"],
        reason=found.get("StackStatusReason", ""),
        tags={each["Key"]: each["Value"] for each in found.get("Tags", [])},
        outputs={each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
    )
    if not state.deployed:
        return state
    with explained(f"read the template of {name}"):
        template: Any = cloudformation.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    return StackState(
        name=name,
        status=state.status,
        reason=state.reason,
        tags=state.tags,
        outputs=state.outputs,
        # A template in YAML is not one of ours.
        template=template if isinstance(template, dict) else {},
    )


def read_roles(aws: Aws, name: str) -> Mapping[str, str]:
    """The names of a stack's roles with their logical ids.

    Args:
        aws: The way to AWS.
        name: The stack's name.
    """
    roles: dict[str, str] = {}
    with explained(f"list the resources of {name}"):
        for page in (
            aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        ):
            for each in page["StackResourceSummaries"]:
                if each["ResourceType"] == "AWS::IAM::Role" and each.get("PhysicalResourceId"):
                    roles[each["PhysicalResourceId"]] = each["LogicalResourceId"]
    return roles
