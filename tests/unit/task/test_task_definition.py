from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import SourceImage
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.secrets import SecretsManagerSecret, SsmParameter
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork

Task = Callable[..., TaskDefinition]
Properties = Callable[..., dict[str, Any]]


def test_size_family_and_platform(definition: Properties) -> None:
    properties = definition(size=FargateSize(cpu=1024, memory_mib=2048))
    assert (properties["Cpu"], properties["Memory"], properties["Family"]) == ("1024", "2048", "dev-hello")
    assert properties["RuntimePlatform"] == {"CpuArchitecture": "ARM64", "OperatingSystemFamily": "LINUX"}
    assert properties["RequiresCompatibilities"] == ["FARGATE"]


def test_it_can_run_on_x86(definition: Properties) -> None:
    assert definition(architecture=Architecture.X86_64)["RuntimePlatform"]["CpuArchitecture"] == "X86_64"


def test_the_image_is_the_repositorys(container: Properties) -> None:
    assert container()["Image"]["Fn::Join"][1][-1] == "/dev/hello:1"


def test_an_image_from_source_is_built_in_this_stack(container: Properties, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    *_, tag = container(image=SourceImage(directory=tmp_path))["Image"]["Fn::Join"][1]
    assert tag["Fn::GetAtt"][1] == "ImageTag"


def test_revisions_stay_when_an_update_replaces_them(task: Task, template: Callable[[], Template]) -> None:
    task()
    template().has_resource(
        "AWS::ECS::TaskDefinition",
        {"UpdateReplacePolicy": "Retain", "DeletionPolicy": "RetainExceptOnCreate"},
    )


def test_the_port_is_named_and_speaks_http(container: Properties) -> None:
    assert container(port=9000)["PortMappings"] == [
        {"ContainerPort": 9000, "Name": "app", "AppProtocol": "http", "Protocol": "tcp"}
    ]


def test_without_a_port_it_listens_nowhere(task: Task, template: Callable[[], Template]) -> None:
    assert task(port=None).port is None
    (resource,) = template().find_resources("AWS::ECS::TaskDefinition").values()
    (container,) = resource["Properties"]["ContainerDefinitions"]
    assert "PortMappings" not in container


def test_the_container_can_have_another_name(container: Properties) -> None:
    properties = container(container_name="web")
    assert properties["Name"] == properties["PortMappings"][0]["Name"] == "web"


def test_command_and_entry_point_are_the_images_unless_given(container: Properties) -> None:
    properties = container()
    assert "Command" not in properties
    assert "EntryPoint" not in properties


def test_command_and_entry_point_can_be_given(container: Properties) -> None:
    properties = container(command=["--port", "80"], entry_point=["/bin/app"])
    assert (properties["Command"], properties["EntryPoint"]) == (["--port", "80"], ["/bin/app"])


def test_the_environment_is_plain_and_secrets_are_references(container: Properties) -> None:
    properties = container(
        environment={"COLOUR": "blue"}, secrets={"TOKEN": SsmParameter(name="/dev/hello/token")}
    )
    assert properties["Environment"] == [{"Name": "COLOUR", "Value": "blue"}]
    assert properties["Secrets"] == [
        {"Name": "TOKEN", "ValueFrom": "arn:aws:ssm:eu-central-1:111122223333:parameter/dev/hello/token"}
    ]


def test_it_stops_within_thirty_seconds_under_an_init_process(container: Properties) -> None:
    properties = container()
    assert properties["StopTimeout"] == 30
    assert properties["LinuxParameters"]["InitProcessEnabled"] is True


def test_the_stop_timeout_and_the_init_process_can_be_changed(container: Properties) -> None:
    properties = container(stop_timeout_seconds=120, init_process=False)
    assert properties["StopTimeout"] == 120
    assert properties["LinuxParameters"]["InitProcessEnabled"] is False


@pytest.mark.parametrize(("options", "size"), [({}, None), ({"ephemeral_storage_gib": 50}, 50)])
def test_storage_is_fargates_unless_more_is_asked(
    definition: Properties, options: dict[str, int], size: int | None
) -> None:
    assert definition(**options).get("EphemeralStorage", {}).get("SizeInGiB") == size


def test_output_goes_to_its_own_log_group(container: Properties, template: Callable[[], Template]) -> None:
    properties = container(logs=AwsLogs(group_name="/dev/hello", stream_prefix="web"))
    ((group, resource),) = template().find_resources("AWS::Logs::LogGroup").items()
    assert resource["Properties"]["LogGroupName"] == "/dev/hello"
    options = properties["LogConfiguration"]["Options"]
    assert options["awslogs-group"] == {"Ref": group}
    assert options["awslogs-stream-prefix"] == "web"


def test_every_task_asks_for_the_registry_its_layers_and_its_log(task: Task, network: FakeNetwork) -> None:
    task()
    assert network.reached == set(EVERY_TASK)


@pytest.mark.parametrize(
    ("secret", "service"),
    [
        (SecretsManagerSecret(name="dev/db"), AwsService.SECRETS_MANAGER),
        (SsmParameter(name="token"), AwsService.SSM),
    ],
)
def test_a_task_with_a_secret_asks_for_where_it_lies(
    task: Task, network: FakeNetwork, secret: Any, service: AwsService
) -> None:
    task(secrets={"VALUE": secret})
    assert network.reached == {*EVERY_TASK, service}


def test_cdks_own_grants_add_nothing_to_the_execution_role(
    task: Task, template: Callable[[], Template]
) -> None:
    task(secrets={"TOKEN": SsmParameter(name="token"), "DB": SecretsManagerSecret(name="db")})
    template().resource_count_is("AWS::IAM::Policy", 0)


def test_a_later_grant_to_a_role_takes_effect(
    task: Task, stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    roles = task().roles
    for role in (roles.execution_role, roles.task_role):
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::b/k"]))
    template().resource_count_is("AWS::IAM::Policy", 2)


def test_it_shows_what_a_service_needs_of_it(task: Task, template: Callable[[], Template]) -> None:
    built = task()
    assert (built.family, built.container_name, built.port) == ("dev-hello", "app", 8080)
    assert built.container.container_name == "app"
    ((logical_id, resource),) = template().find_resources("AWS::ECS::TaskDefinition").items()
    stack = cdk.Stack.of(built)
    assert stack.resolve(built.definition.task_definition_arn) == {"Ref": logical_id}
    assert stack.resolve(built.roles.task_role.role_arn) == resource["Properties"]["TaskRoleArn"]
    assert stack.resolve(built.roles.execution_role.role_arn) == resource["Properties"]["ExecutionRoleArn"]


@pytest.mark.parametrize("environment", [None, {"COLOUR": "blue"}])
def test_it_has_no_findings(
    task: Task, findings: Callable[[], list[str]], environment: dict[str, str] | None
) -> None:
    task(environment=environment, secrets={"TOKEN": SsmParameter(name="token")}, writable_mounts=["/scratch"])
    assert findings() == []


def test_plain_variables_are_acknowledged_only_where_there_are_any(
    task: Task, findings: Callable[[], list[str]]
) -> None:
    built = task()
    built.container.add_environment("LATER", "1")
    assert findings() == ["AwsSolutions-ECS2 at stack/Task/Definition/Resource"]


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("port", 0, "1 to 65535."),
        ("port", 65536, "1 to 65535."),
        ("stop_timeout_seconds", 1, "2 to 120."),
        ("stop_timeout_seconds", 121, "2 to 120."),
        ("ephemeral_storage_gib", 20, "21 to 200."),
        ("ephemeral_storage_gib", 201, "21 to 200."),
    ],
)
def test_a_number_out_of_range_is_refused(task: Task, field: str, value: int, allowed: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(**{field: value})
    assert str(error.value) == f"{field} is {value}. Allowed: {allowed} Change: TaskDefinition({field}=...)"


def test_what_only_the_deployment_knows_is_not_checked(definition: Properties, stack: cdk.Stack) -> None:
    properties = definition(
        family=cdk.CfnParameter(stack, "Family").value_as_string,
        user=cdk.CfnParameter(stack, "User").value_as_string,
        stop_timeout_seconds=cdk.CfnParameter(stack, "Stop", type="Number").value_as_number,
    )
    assert properties["Family"] == {"Ref": "Family"}
    assert properties["ContainerDefinitions"][0]["User"] == {"Ref": "User"}
    assert properties["ContainerDefinitions"][0]["StopTimeout"] == {"Ref": "Stop"}


@pytest.mark.parametrize("field", ["family", "container_name"])
@pytest.mark.parametrize("value", ["", "a b", "a/b"])
def test_a_name_that_ecs_refuses_is_refused(task: Task, field: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(**{field: value})
    assert str(error.value) == (
        f'{field} is "{value}". Allowed: 1 to 255 letters, digits, _ and -. '
        f"Change: TaskDefinition({field}=...)"
    )


@pytest.mark.parametrize("field", ["family", "container_name"])
def test_a_name_that_is_too_long_is_refused_with_its_length(task: Task, field: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(**{field: "x" * 256})
    assert str(error.value) == (
        f'{field} has 256 characters: "{"x" * 40}...". Allowed: 1 to 255 letters, digits, _ and -. '
        f"Change: TaskDefinition({field}=...)"
    )


def test_a_variable_that_is_plain_and_secret_is_refused(task: Task) -> None:
    names = {"B": "1", "A": "1", "C": "1"}
    with pytest.raises(ConfigurationError) as error:
        task(environment=names, secrets={name: SsmParameter(name="token") for name in ("A", "B", "D")})
    assert str(error.value) == (
        "A, B stands in the environment and among the secrets. Allowed: each name in one of the two. "
        "Change: TaskDefinition(environment=..., secrets=...)"
    )
