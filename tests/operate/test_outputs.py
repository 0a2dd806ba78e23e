"""What is deployed, from the stacks' outputs and nothing else."""

from collections.abc import Mapping

import pytest
from botocore.exceptions import ClientError

from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from tests.operate.reading import NOW, StubbedAws

PLATFORM = {"ClusterName": "dev", "Url": "http://dev.example.com"}
NETWORK = {"TaskSubnets": "subnet-1,subnet-2"}
ROLLING = {
    "TaskDefinitionArn": "arn:3",
    "ContainerName": "app",
    "ContainerPort": "8080",
    "TaskSecurityGroup": "sg-1",
    "ServiceName": "hello",
    "BlueTargetGroup": "blue",
    "ProductionRule": "rule",
    "LogGroupName": "/ecs/dev/hello",
}
NATIVE = {**ROLLING, "GreenTargetGroup": "green", "TestRule": "test"}
CODE_DEPLOY = {**NATIVE, "ApplicationName": "application", "DeploymentGroupName": "group"}


def answer(aws: StubbedAws, stack: str, outputs: Mapping[str, str]) -> None:
    """The next stack that is described."""
    listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    described = {"StackName": stack, "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE"}
    stacks = {"Stacks": [{**described, **({"Outputs": listed} if listed else {})}]}
    aws.answers("cloudformation", "describe_stacks", stacks, {"StackName": stack})


def hello(aws: StubbedAws, outputs: Mapping[str, str]) -> Deployed:
    answer(aws, "dev-hello", outputs)
    answer(aws, "dev-platform", PLATFORM)
    answer(aws, "dev-network", NETWORK)
    return Deployed(aws)


def test_a_service_under_code_deploy(stubbed: StubbedAws) -> None:
    service = hello(stubbed, CODE_DEPLOY).service("hello")
    stubbed.all_was_asked()
    assert service.by_code_deploy
    assert (service.name, service.stack, service.cluster, service.service) == (
        "hello",
        "dev-hello",
        "dev",
        "hello",
    )
    assert (service.repository, service.task_definition, service.log_group) == (
        "dev/hello",
        "arn:3",
        "/ecs/dev/hello",
    )
    assert (service.container, service.port, service.security_group) == ("app", 8080, "sg-1")
    assert service.subnets == ("subnet-1", "subnet-2")
    assert (service.application, service.deployment_group) == ("application", "group")
    assert (service.blue, service.green) == ("blue", "green")
    assert (service.production_rule, service.test_rule) == ("rule", "test")
    assert (service.hooks, service.migration) == ({}, ())
    assert service.url == "http://dev.example.com"


def test_a_service_that_ecs_itself_deploys(stubbed: StubbedAws) -> None:
    service = hello(stubbed, NATIVE).service("hello")
    assert not service.by_code_deploy
    assert (service.application, service.deployment_group) == (None, None)
    assert service.green == "green"


def test_a_rolling_update_has_one_group_and_no_test_rule(stubbed: StubbedAws) -> None:
    service = hello(stubbed, ROLLING).service("hello")
    assert (service.green, service.test_rule) == (None, None)


def test_hooks_and_the_migration_are_json(stubbed: StubbedAws) -> None:
    extra = {"Hooks": '{"AfterAllowTestTraffic": "arn:hook"}', "Migration": '["migrate", "--all"]'}
    service = hello(stubbed, {**CODE_DEPLOY, **extra}).service("hello")
    assert service.hooks == {"AfterAllowTestTraffic": "arn:hook"}
    assert service.migration == ("migrate", "--all")


def test_what_services_share_is_asked_for_once(stubbed: StubbedAws) -> None:
    deployed = hello(stubbed, CODE_DEPLOY)
    answer(stubbed, "dev-hello", CODE_DEPLOY)
    assert deployed.service("hello") == deployed.service("hello")
    stubbed.all_was_asked()


def test_a_service_that_the_environment_does_not_name(stubbed: StubbedAws) -> None:
    with pytest.raises(OperateError) as raised:
        Deployed(stubbed).service("nope")
    assert str(raised.value) == "dev has no service 'nope'.\nNext: one of: hello."
    assert raised.value.code is ExitCode.REFUSED


def test_a_stack_that_is_not_deployed(stubbed: StubbedAws) -> None:
    message = "Stack with id dev-hello does not exist"
    stubbed.refuses("cloudformation", "describe_stacks", "ValidationError", message)
    with pytest.raises(OperateError) as raised:
        Deployed(stubbed).service("hello")
    assert str(raised.value) == (
        "The stack dev-hello does not exist in eu-central-1.\nNext: make deploy ENV=dev"
    )
    assert raised.value.code is ExitCode.REFUSED


def test_a_stack_that_nobody_may_read_is_not_called_missing(stubbed: StubbedAws) -> None:
    stubbed.refuses("cloudformation", "describe_stacks", "AccessDenied", "No.")
    with pytest.raises(OperateError, match="Not allowed: read the stack dev-hello") as raised:
        Deployed(stubbed).service("hello")
    assert isinstance(raised.value.__cause__, ClientError)
    assert raised.value.code is ExitCode.FAILED


def test_a_stack_without_outputs(stubbed: StubbedAws) -> None:
    answer(stubbed, "dev-registry", {})
    assert Deployed(stubbed).outputs("dev-registry") == {}


def test_a_stack_whose_first_deployment_failed_says_nothing(stubbed: StubbedAws) -> None:
    with pytest.raises(OperateError) as raised:
        hello(stubbed, {}).service("hello")
    assert raised.value.problem == "The stacks of dev do not say ServiceName, which hello needs."
    assert raised.value.next_step == "make deploy ENV=dev"
    assert raised.value.code is ExitCode.REFUSED
