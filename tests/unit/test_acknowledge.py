from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_sns as sns

from ecs_platform.acknowledge import acknowledge


def test_an_unacknowledged_finding_is_reported(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    sns.Topic(stack, "Topic")
    assert "AwsSolutions-SNS3 at stack/Topic/Resource" in findings()


def test_an_acknowledged_finding_is_not(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    acknowledge(sns.Topic(stack, "Topic"), {"AwsSolutions-SNS3": "No publisher exists in this test."})
    assert findings() == []
