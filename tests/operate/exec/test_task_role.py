"""What IAM is asked about the task role, and what its answers mean."""

from dataclasses import replace
from typing import Any

import pytest

from operate.checking.finding import Verdict
from operate.entering.recording import Recording
from operate.entering.task_role import CHANNELS, may_open_channels
from tests.operate.exec.samples import AUDIT, KEY, ROLE, definition, task
from tests.operate.reading import ACCOUNT, REGION, StubbedAws

RECORDING = Recording(key=KEY, logging="OVERRIDE", log_group=AUDIT, encrypted=True)
DEFINITION = definition()["taskDefinition"]
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{AUDIT}:*"
WRITE = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]


def asked(aws: StubbedAws, role: str, actions: list[str], resource: str, *denied: str) -> None:
    results: list[dict[str, Any]] = [
        {"EvalActionName": name, "EvalDecision": "explicitDeny" if name in denied else "allowed"}
        for name in actions
    ]
    aws.answers(
        "iam",
        "simulate_principal_policy",
        {"EvaluationResults": results},
        {"PolicySourceArn": role, "ActionNames": actions, "ResourceArns": [resource]},
    )


def test_everything_that_the_agent_does_where_it_does_it(stubbed: StubbedAws) -> None:
    asked(stubbed, ROLE, [*CHANNELS, "logs:DescribeLogGroups"], "*")
    asked(stubbed, ROLE, WRITE, GROUP)
    asked(stubbed, ROLE, ["kms:Decrypt"], KEY)
    found = may_open_channels(stubbed, DEFINITION, task(), RECORDING)
    assert found.verdict is Verdict.OK
    stubbed.all_was_asked()


def test_what_is_denied_is_named_wherever_it_is_denied(stubbed: StubbedAws) -> None:
    asked(stubbed, ROLE, [*CHANNELS, "logs:DescribeLogGroups"], "*", "ssmmessages:OpenDataChannel")
    asked(stubbed, ROLE, WRITE, GROUP, "logs:PutLogEvents")
    asked(stubbed, ROLE, ["kms:Decrypt"], KEY, "kms:Decrypt")
    found = may_open_channels(stubbed, DEFINITION, task(), RECORDING)
    assert found.verdict is Verdict.REFUSED
    assert found.says == (
        "dev-hello-TaskRolesTask-1 may not ssmmessages:OpenDataChannel, logs:PutLogEvents, kms:Decrypt"
    )


@pytest.mark.parametrize("logging", ["NONE", "DEFAULT"])
def test_without_a_group_and_a_key_the_channels_are_enough(stubbed: StubbedAws, logging: str) -> None:
    asked(stubbed, ROLE, list(CHANNELS), "*")
    recording = replace(RECORDING, key=None, logging=logging)
    assert may_open_channels(stubbed, DEFINITION, task(), recording).verdict is Verdict.OK
    stubbed.all_was_asked()


def test_a_key_by_its_id(stubbed: StubbedAws) -> None:
    asked(stubbed, ROLE, list(CHANNELS), "*")
    asked(stubbed, ROLE, ["kms:Decrypt"], KEY)
    recording = Recording(key="0a0a", logging="NONE", log_group=None, encrypted=False)
    assert may_open_channels(stubbed, DEFINITION, task(), recording).verdict is Verdict.OK


def test_the_role_that_the_task_was_started_with(stubbed: StubbedAws) -> None:
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    asked(stubbed, other, list(CHANNELS), "*")
    recording = Recording(key=None, logging="NONE", log_group=None, encrypted=False)
    overridden = task(overrides={"taskRoleArn": other})
    assert may_open_channels(stubbed, DEFINITION, overridden, recording).says.startswith("other may")
