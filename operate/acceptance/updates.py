"""Stack updates while traffic moves: one that succeeds, one that CloudFormation rolls back."""

import copy
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from operate.aws import Aws, explained
from operate.problem import ExitCode, OperateError

_RULE = "Custom::SwapSafeListenerRule"
EXTRA_PATH = "/acceptance-run"
_POLL_SECONDS = 3.0

Template = Mapping[str, Any]


def read(aws: Aws, stack: str) -> Template:
    """The template of a deployed stack."""
    with explained(f"read the template of {stack}"):
        answer = aws.client("cloudformation").get_template(StackName=stack, TemplateStage="Original")
    body = answer["TemplateBody"]
    return body if isinstance(body, dict) else json.loads(body)


def with_another_path(template: Template) -> Template:
    """The template with one more path in every rule; CloudFormation's own kind would be reset.

    Raises:
        OperateError: The template has no swap-safe rule, or one with no room for a path.
    """
    changed = copy.deepcopy(dict(template))
    rules = [each for each in changed["Resources"].values() if each["Type"] == _RULE]
    if not rules:
        raise OperateError(f"The stack's template has no {_RULE}.", code=ExitCode.FAILED)
    for rule in rules:
        if len(rule["Properties"]["Paths"]) + len(rule["Properties"]["Hosts"]) >= 5:
            raise OperateError(
                "A rule has five conditions, the most there can be: the run has no room to change it.",
                next_step="take a service with fewer paths and hosts.",
            )
        rule["Properties"]["Paths"] = [*rule["Properties"]["Paths"], EXTRA_PATH]
    return changed


def that_fails(template: Template) -> Template:
    """The same change, followed by a resource that never succeeds: CloudFormation takes all of it back."""
    changed = copy.deepcopy(dict(with_another_path(template)))
    rules = [name for name, each in changed["Resources"].items() if each["Type"] == _RULE]
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html
    changed["Resources"]["AcceptanceHandle"] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    changed["Resources"]["AcceptanceNever"] = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": rules,
        "Properties": {"Handle": {"Ref": "AcceptanceHandle"}, "Timeout": "1", "Count": 1},
    }
    return changed


def update(aws: Aws, stack: str, template: Template, *, pause: Callable[[float], None] = time.sleep) -> str:
    """Update a stack with a template and wait; the status it ends in.

    Args:
        aws: The way to AWS.
        stack: The stack.
        template: The template. Parameters keep their values.
        pause: Waits a number of seconds.

    Raises:
        OperateError: CloudFormation refused the update.
    """
    client = aws.client("cloudformation")
    with explained(f"update the stack {stack}"):
        described = client.describe_stacks(StackName=stack)["Stacks"][0]
        client.update_stack(
            StackName=stack,
            TemplateBody=json.dumps(template, separators=(",", ":")),
            Parameters=[
                {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
                for each in described.get("Parameters", [])
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            Tags=described.get("Tags", []),
        )
    while True:
        with explained(f"watch the stack {stack}"):
            status: str = client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if not status.endswith("_IN_PROGRESS"):
            return status
        pause(_POLL_SECONDS)
