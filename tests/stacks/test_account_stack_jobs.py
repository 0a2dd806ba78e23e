"""Who runs jobs may do what `operate run` calls, in one environment and no other."""

import json
from typing import Any

import pytest

from environments.model import Environment, GitHub
from operate.actions import DEPLOYING, RUNNING, needed_by
from stacks.account_stack import account_stacks
from tests.operate.iam import allows
from tests.synthesis import new_app

ACCOUNT = "222222222222"
GITHUB = GitHub(
    repository="octo-org/octo-repo",
    owner_id=123456,
    repository_id=456789,
    region="eu-central-1",
    promotion=("dev",),
)
ANYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def policy(dev: Environment) -> dict[str, Any]:
    """The document of `dev-run-task`, with its ARNs as text."""
    named = dev.model_copy(update={"account": ACCOUNT})
    app = new_app()
    account_stacks(app, github=GITHUB, environments=[named])
    (artifact,) = app.synth().stacks
    text = json.dumps(artifact.template).replace('{"Ref": "AWS::Partition"}', '"aws"')
    (found,) = [
        each["Properties"]
        for each in json.loads(text)["Resources"].values()
        if each["Properties"].get("ManagedPolicyName") == "dev-run-task"
    ]
    return _joined(found["PolicyDocument"])


def _joined(value: Any) -> Any:
    if isinstance(value, dict):
        if "Fn::Join" in value:
            return "".join(value["Fn::Join"][1])
        return {key: _joined(each) for key, each in value.items() if key != "Condition"}
    return [_joined(each) for each in value] if isinstance(value, list) else value


def test_all_that_the_command_calls(policy: dict[str, Any]) -> None:
    allowed = {
        action
        for each in policy["Statement"]
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert {action.name for action in needed_by(RUNNING)} <= allowed
    assert "ecs:StopTask" in allowed


def test_in_this_environment_alone(policy: dict[str, Any]) -> None:
    def may(action: str, resource: str) -> bool:
        return allows([policy], ANYTHING, action, resource)

    here = f"eu-central-1:{ACCOUNT}"
    for name, yes in (("dev", True), ("staging", False)):
        assert may("ecs:RunTask", f"arn:aws:ecs:{here}:task-definition/{name}-report:1") is yes
        assert may("ecs:RegisterTaskDefinition", f"arn:aws:ecs:{here}:task-definition/{name}-report:2") is yes
        assert may("ecs:StopTask", f"arn:aws:ecs:{here}:task/{name}/1") is yes
        assert may("ecr:BatchGetImage", f"arn:aws:ecr:{here}:repository/{name}/report") is yes
        assert (
            may("cloudformation:DescribeStacks", f"arn:aws:cloudformation:{here}:stack/{name}-report/1")
            is yes
        )
        assert (
            may("logs:GetLogEvents", f"arn:aws:logs:{here}:log-group:/ecs/{name}/report:log-stream:x") is yes
        )


def test_a_workflow_may_run_jobs_too() -> None:
    assert DEPLOYING >= RUNNING
