"""A smoke test's functions over a network that is already there, and what their template says."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Template

from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.hooks.smoke_test_function import SmokeTestFunction
from tests.unit.fakes import FakeNetwork

Json = dict[str, Any]


class SmokePlatform:
    """The construct as `smoke`, and what it was given."""

    def __init__(self, stack: cdk.Stack, **options: Any) -> None:
        self.network = FakeNetwork(stack)
        self.tasks = ec2.SecurityGroup(stack, "Tasks", vpc=self.network.vpc, allow_all_outbound=False)
        given = {
            "smoke_test": SmokeTest(path="/health"),
            "network": self.network,
            "task_security_group": self.tasks,
            "port": 8080,
            "cluster_name": "dev",
            "service_name": "hello",
        }
        self.smoke = SmokeTestFunction(stack, "Smoke", **(given | options))


def resource(template: Template, kind: str, prefix: str) -> Json:
    """The one resource of a type whose logical id begins so."""
    (found,) = [body for name, body in template.find_resources(kind).items() if name.startswith(prefix)]
    return found


def function(template: Template, handler: str) -> Json:
    """The properties of the function with this handler."""
    (found,) = template.find_resources("AWS::Lambda::Function", {"Properties": {"Handler": handler}}).values()
    return found["Properties"]


def statements(template: Template, role_prefix: str) -> list[Json]:
    """What a role may do: all of it, for it has one policy."""
    properties = resource(template, "AWS::IAM::Role", role_prefix)["Properties"]
    assert "ManagedPolicyArns" not in properties
    (policy,) = properties["Policies"]
    return policy["PolicyDocument"]["Statement"]
