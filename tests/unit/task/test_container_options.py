"""The seldom needed parameters of a container, on the application's and on a sidecar alike."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.environment_file import EnvironmentFile
from ecs_platform.task.port_protocol import PortProtocol
from ecs_platform.task.restart_policy import RestartPolicy
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork
from tests.unit.task.containers import IMAGE
from tests.unit.task.containers import container as sidecar

Task = Callable[..., TaskDefinition]
Properties = Callable[..., dict[str, Any]]

OPTIONS: dict[str, Any] = {
    "working_directory": "/srv",
    "start_timeout_seconds": 90,
    "cpu": 64,
    "memory_mib": 256,
    "memory_reservation_mib": 128,
    "docker_labels": {"team": "shop"},
    "pseudo_terminal": True,
    "version_consistency": False,
    "system_controls": {"net.core.somaxconn": "1024"},
    "add_capabilities": [ecs.Capability.SYS_PTRACE],
    "restart_policy": RestartPolicy(ignored_exit_codes=[0, 143], attempt_period_seconds=120),
}
RENDERED = {
    "WorkingDirectory": "/srv",
    "StartTimeout": 90,
    "Cpu": 64,
    "Memory": 256,
    "MemoryReservation": 128,
    "DockerLabels": {"team": "shop"},
    "PseudoTerminal": True,
    "VersionConsistency": "disabled",
    "SystemControls": [{"Namespace": "net.core.somaxconn", "Value": "1024"}],
    "RestartPolicy": {"Enabled": True, "IgnoredExitCodes": [0, 143], "RestartAttemptPeriod": 120},
}


def test_none_of_them_is_there_unless_given(container: Properties) -> None:
    properties = container()
    assert not set(RENDERED) & set(properties)
    assert "Add" not in properties["LinuxParameters"]["Capabilities"]


def test_all_of_them(container: Properties) -> None:
    properties = container(**OPTIONS)
    assert {name: properties.get(name) for name in RENDERED} == RENDERED
    assert properties["LinuxParameters"]["Capabilities"] == {"Add": ["SYS_PTRACE"], "Drop": ["ALL"]}


def test_all_of_them_on_a_sidecar(definition: Properties, network: FakeNetwork) -> None:
    network.has_egress = True
    _, web = definition(sidecars=[sidecar("web", **OPTIONS)])["ContainerDefinitions"]
    assert {name: web.get(name) for name in RENDERED} == RENDERED


def test_a_restart_policy_of_defaults(container: Properties) -> None:
    assert container(restart_policy=RestartPolicy())["RestartPolicy"] == {
        "Enabled": True,
        "RestartAttemptPeriod": 300,
    }


@pytest.mark.parametrize(
    ("protocol", "app_protocol", "transport"),
    [
        (PortProtocol.HTTP, "http", "tcp"),
        (PortProtocol.HTTP2, "http2", "tcp"),
        (PortProtocol.GRPC, "grpc", "tcp"),
        (PortProtocol.TCP, None, "tcp"),
        (PortProtocol.UDP, None, "udp"),
    ],
)
def test_what_the_port_speaks(
    container: Properties, protocol: PortProtocol, app_protocol: str | None, transport: str
) -> None:
    (mapping,) = container(protocol=protocol)["PortMappings"]
    assert (mapping.get("AppProtocol"), mapping["Protocol"]) == (app_protocol, transport)


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        ({}, "PidMode", None),
        ({"share_processes": True}, "PidMode", "task"),
        ({}, "EnableFaultInjection", None),
        ({"fault_injection": True}, "EnableFaultInjection", True),
    ],
)
def test_what_is_the_tasks(definition: Properties, options: dict[str, Any], name: str, value: Any) -> None:
    assert definition(**options).get(name) == value


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"working_directory": "srv"},
            'working_directory is "srv". Allowed: an absolute path, such as "/srv". '
            "Change: TaskDefinition(working_directory=...)",
        ),
        (
            {"start_timeout_seconds": 1},
            "start_timeout_seconds is 1. Allowed: 2 to 120. "
            "Change: TaskDefinition(start_timeout_seconds=...)",
        ),
        (
            {"start_timeout_seconds": 121},
            "start_timeout_seconds is 121. Allowed: 2 to 120. "
            "Change: TaskDefinition(start_timeout_seconds=...)",
        ),
        (
            {"system_controls": {"vm.swappiness": "1"}},
            "The container cannot set the kernel parameter vm.swappiness. Allowed: net.*, fs.mqueue.*, and "
            "of kernel.* msgmax, msgmnb, msgmni, sem, shmall, shmmax, shmmni and shm_rmid_forced. "
            "Change: TaskDefinition(system_controls=...)",
        ),
        (
            {"command": "php artisan"},
            "command is 'php artisan'. Allowed: a list of words, each a text, such as "
            '["python", "-m", "report"]. Change: TaskDefinition(command=...)',
        ),
        (
            {"environment": {"PORT": 8080}},
            'PORT in environment is 8080. Allowed: a text, such as "8080". '
            "Change: TaskDefinition(environment=...)",
        ),
    ],
)
def test_what_ecs_refuses_is_refused(task: Task, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(**options)
    assert str(error.value) == said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"ignored_exit_codes": [256]}, "An ignored exit code is 256."),
        ({"ignored_exit_codes": [-1]}, "An ignored exit code is -1."),
        ({"ignored_exit_codes": list(range(51))}, "There are 51 ignored exit codes."),
        ({"attempt_period_seconds": 59}, "attempt_period_seconds is 59."),
        ({"attempt_period_seconds": 1801}, "attempt_period_seconds is 1801."),
        (
            {"ignored_exit_codes": [300], "attempt_period_seconds": 1},
            "An ignored exit code is 300. attempt_period_seconds is 1.",
        ),
    ],
)
def test_a_restart_policy_that_ecs_refuses(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        RestartPolicy(**options)
    assert error.value.problem == said


@pytest.mark.parametrize("period", [60, 1800])
def test_a_restart_policys_bounds(period: int) -> None:
    assert RestartPolicy(ignored_exit_codes=range(50), attempt_period_seconds=period)


KEY = "arn:aws:kms:eu-central-1:111122223333:key/0a0a-0a"


@pytest.fixture
def bucket(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "Settings", "settings")


def test_environment_files_are_read_and_nothing_beside_them(
    task: Task, bucket: s3.IBucket, network: FakeNetwork, template: Callable[[], Template]
) -> None:
    network.has_egress = True
    task(
        image=IMAGE,
        repository=None,
        environment_files=[EnvironmentFile(bucket=bucket, key="hello/dev.env", encryption_key_arn=KEY)],
        sidecars=[sidecar("web", environment_files=[EnvironmentFile(bucket=bucket, key="web.env")])],
    )
    made = template()
    (resource,) = made.find_resources("AWS::ECS::TaskDefinition").values()
    app, web = resource["Properties"]["ContainerDefinitions"]
    files = [f"arn:aws:s3:::settings/{key}" for key in ("hello/dev.env", "web.env")]
    assert [app["EnvironmentFiles"], web["EnvironmentFiles"]] == [
        [{"Type": "s3", "Value": file}] for file in files
    ]
    roles = made.find_resources("AWS::IAM::Role").values()
    (policy,) = (each for role in roles for each in role["Properties"].get("Policies", []))
    *_, read, find, decrypt = policy["PolicyDocument"]["Statement"]
    assert (read["Action"], read["Resource"]) == ("s3:GetObject", files)
    assert (find["Action"], find["Resource"]) == ("s3:GetBucketLocation", "arn:aws:s3:::settings")
    assert (decrypt["Action"], decrypt["Resource"]) == ("kms:Decrypt", KEY)
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}
    made.resource_count_is("AWS::IAM::Policy", 0)
    # Neither image is in ECR, so only the files need S3.
    assert network.reached == {AwsService.LOGS, AwsService.S3}


def test_a_file_of_another_name_is_refused(bucket: s3.IBucket) -> None:
    with pytest.raises(ConfigurationError) as error:
        EnvironmentFile(bucket=bucket, key="dev.txt")
    assert str(error.value) == (
        'ECS reads no environment file named "dev.txt". '
        'Allowed: a key that ends in .env, such as "hello/production.env". Change: EnvironmentFile(key=...)'
    )


def test_eleven_files_in_a_task_are_refused(task: Task, bucket: s3.IBucket, network: FakeNetwork) -> None:
    network.has_egress = True
    files = [EnvironmentFile(bucket=bucket, key=f"{number}.env") for number in range(10)]
    with pytest.raises(ConfigurationError) as error:
        task(environment_files=files, sidecars=[sidecar("web", environment_files=files[:1])])
    assert str(error.value) == (
        "The containers read 11 environment files. Allowed: 10 in a task at most. "
        'Change: Container(name="web", environment_files=...)'
    )


def test_ten_files_in_a_task_are_not(container: Properties, bucket: s3.IBucket) -> None:
    files = [EnvironmentFile(bucket=bucket, key=f"{number}.env") for number in range(10)]
    assert len(container(environment_files=files)["EnvironmentFiles"]) == 10
