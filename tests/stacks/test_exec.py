"""A service with ECS Exec, in the stacks of an environment, and one without."""

from typing import Any

import pytest

from environments.model import Environment
from tests.synthesis import Templates, synthesize


def with_exec(environment: Environment, *, on: bool) -> Environment:
    first, *others = environment.services
    changed = first.model_copy(update={"exec_enabled": on})
    return environment.model_copy(update={"services": (changed, *others)})


@pytest.fixture(scope="module")
def opened(dev: Environment) -> Templates:
    """dev with Exec on for its first service."""
    return synthesize(with_exec(dev, on=True))


def of_type(template: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in template["Resources"].values() if each["Type"] == type_]


def the(template: dict[str, Any], type_: str) -> dict[str, Any]:
    (only,) = of_type(template, type_)
    return only


def test_the_task_is_open_enough_for_the_agent(opened: Templates) -> None:
    template = opened["hello"]
    (container,) = the(template, "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    assert container["ReadonlyRootFilesystem"] is False
    assert container["LinuxParameters"] == {"Capabilities": {}, "InitProcessEnabled": True}
    # The application itself stays nobody.
    assert container["User"] == "10001"
    assert the(template, "AWS::ECS::Service")["EnableExecuteCommand"] is True
    assert "ssmmessages:OpenDataChannel" in str(of_type(template, "AWS::IAM::Policy"))


def test_the_network_leads_to_the_channels(opened: Templates) -> None:
    endpoints = {
        str(each["ServiceName"]).rpartition(".")[2]
        for each in of_type(opened["network"], "AWS::EC2::VPCEndpoint")
    }
    assert {"ssmmessages", "kms", "logs"} <= endpoints


def test_a_service_without_it_is_closed(dev_templates: Templates) -> None:
    template = dev_templates["hello"]
    (container,) = the(template, "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    assert container["ReadonlyRootFilesystem"] is True
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert "EnableExecuteCommand" not in the(template, "AWS::ECS::Service")
    assert "ssmmessages" not in str(template)
