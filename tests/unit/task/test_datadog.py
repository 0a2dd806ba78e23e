"""The Datadog agent in a task: its containers, its key, its permissions and the way out it needs."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk.assertions import Template

from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import PublicImage, RegistryImage
from ecs_platform.task.datadog import DatadogAgent
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.machines.ec2_task_definition import Ec2TaskDefinition
from ecs_platform.task.machines.task_size import TaskSize
from ecs_platform.task.secrets import SsmParameter
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork

Built = Callable[..., dict[str, dict[str, Any]]]
KEY = SsmParameter(name="/dev/datadog")


@pytest.fixture
def built(
    task: Callable[..., TaskDefinition], network: FakeNetwork, template: Callable[[], Template]
) -> Built:
    """The containers, by name, of a task with an agent of these options."""
    network.has_egress = True

    def build(
        environment_of_application: dict[str, str] | None = None, **options: Any
    ) -> dict[str, dict[str, Any]]:
        agent = DatadogAgent(api_key=KEY, **options)
        task(
            size=FargateSize(cpu=512, memory_mib=1024),
            environment=environment_of_application or {},
            sidecars=agent.containers(network),
            volumes=agent.volumes,
        )
        (definition,) = template().find_resources("AWS::ECS::TaskDefinition").values()
        return {each["Name"]: each for each in definition["Properties"]["ContainerDefinitions"]}

    return build


def variables(container: dict[str, Any]) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in container["Environment"]}


def test_the_agent_is_set_up_as_datadog_documents(built: Built, network: FakeNetwork) -> None:
    agent = built()["datadog-agent"]
    assert agent["Image"] == "public.ecr.aws/datadog/agent:7.82.1"
    assert variables(agent) == {
        "ECS_FARGATE": "true",
        "DD_SITE": "datadoghq.com",
        "DD_APM_ENABLED": "true",
        "DD_USE_DOGSTATSD": "true",
    }
    arn = "arn:aws:ssm:eu-central-1:111122223333:parameter/dev/datadog"
    assert agent["Secrets"] == [{"Name": "DD_API_KEY", "ValueFrom": arn}]
    assert agent["HealthCheck"]["Command"] == ["CMD-SHELL", "agent health"]
    assert (agent["Cpu"], agent["Memory"]) == (10, 256)
    assert [each["ContainerPort"] for each in agent["PortMappings"]] == [8126]
    assert AwsService.SSM in network.reached


def test_a_task_goes_on_without_it(built: Built) -> None:
    containers = built()
    assert containers["datadog-agent"]["Essential"] is False
    assert containers["datadog-config"]["Essential"] is False
    assert "DependsOn" not in containers["app"]


def test_it_runs_on_a_read_only_root_with_its_configuration_prepared(built: Built) -> None:
    containers = built()
    agent, preparation = containers["datadog-agent"], containers["datadog-config"]
    assert agent["ReadonlyRootFilesystem"] is preparation["ReadonlyRootFilesystem"] is True
    assert agent["DependsOn"] == [{"ContainerName": "datadog-config", "Condition": "SUCCESS"}]
    assert agent["LinuxParameters"]["InitProcessEnabled"] is False
    assert not agent["LinuxParameters"].get("Capabilities")
    assert (agent["User"], preparation["User"]) == ("0", "0")
    assert {each["ContainerPath"]: each["SourceVolume"] for each in agent["MountPoints"]} == {
        "/etc/datadog-agent": "datadog-config",
        "/opt/datadog-agent/run": "datadog-run",
        "/var/run/datadog": "datadog-sockets",
        "/tmp": "datadog-tmp",  # noqa: S108 - the container's own
    }
    assert preparation["Command"][-1] == "cp -R /etc/datadog-agent/. /prepared/"
    assert preparation["MountPoints"] == [
        {"ContainerPath": "/prepared", "ReadOnly": False, "SourceVolume": "datadog-config"}
    ]


def test_its_options_can_be_changed(built: Built) -> None:
    containers = built(
        site="datadoghq.eu",
        service="shop",
        environment_name="dev",
        version="1.2",
        traces=False,
        dogstatsd=False,
        environment={"DD_TAGS": "team:shop"},
        cpu=20,
        memory_mib=300,
    )
    tags = {"DD_SERVICE": "shop", "DD_ENV": "dev", "DD_VERSION": "1.2"}
    agent = containers["datadog-agent"]
    assert variables(agent) == {
        "ECS_FARGATE": "true",
        "DD_SITE": "datadoghq.eu",
        "DD_APM_ENABLED": "false",
        "DD_USE_DOGSTATSD": "false",
        "DD_TAGS": "team:shop",
        **tags,
    }
    assert "PortMappings" not in agent
    assert (agent["Cpu"], agent["Memory"]) == (20, 300)
    assert variables(containers["app"]) == {"DD_AGENT_HOST": "127.0.0.1", **tags}


def test_the_application_knows_where_the_agent_is_and_what_it_set_itself_stays(built: Built) -> None:
    containers = built({"DD_SERVICE": "web", "DD_TRACE_DEBUG": "true"}, service="shop", version="1.2")
    assert variables(containers["app"]) == {
        "DD_AGENT_HOST": "127.0.0.1",
        "DD_SERVICE": "web",
        "DD_TRACE_DEBUG": "true",
        "DD_VERSION": "1.2",
    }


def test_a_secret_of_the_application_stays_too(
    task: Callable[..., TaskDefinition], network: FakeNetwork, template: Callable[[], Template]
) -> None:
    network.has_egress = True
    agent = DatadogAgent(api_key=KEY, service="shop")
    task(
        secrets={"DD_SERVICE": SsmParameter(name="/dev/name")},
        sidecars=agent.containers(network),
        volumes=agent.volumes,
    )
    (definition,) = template().find_resources("AWS::ECS::TaskDefinition").values()
    (app, *_) = definition["Properties"]["ContainerDefinitions"]
    assert variables(app) == {"DD_AGENT_HOST": "127.0.0.1"}


@pytest.mark.parametrize(
    ("half", "refusal"),
    [
        ("sidecars", 'mounts "datadog-config", which is no volume of the task'),
        ("volumes", 'No container mounts the volume "datadog-config"'),
    ],
)
def test_half_of_it_is_refused(
    task: Callable[..., TaskDefinition], network: FakeNetwork, half: str, refusal: str
) -> None:
    network.has_egress = True
    agent = DatadogAgent(api_key=KEY)
    both = {"sidecars": agent.containers(network), "volumes": agent.volumes}
    with pytest.raises(ConfigurationError, match=refusal):
        task(**{half: both[half]})


def test_it_is_for_fargate(stack: cdk.Stack, network: FakeNetwork) -> None:
    network.has_egress = True
    agent = DatadogAgent(api_key=KEY)
    with pytest.raises(
        ConfigurationError,
        match=r"of the task web is set up for Fargate, and the task for EC2\. .*",
    ):
        Ec2TaskDefinition(
            stack,
            "Task",
            family="web",
            image=PublicImage(uri="public.ecr.aws/acme/web:1"),
            logs=AwsLogs(group_name="/web"),
            network=network,
            size=TaskSize(memory_mib=1024),
            sidecars=agent.containers(network),
            volumes=agent.volumes,
        )


def test_a_copy_of_the_image_comes_from_its_repository(built: Built, repository: ecr.IRepository) -> None:
    containers = built(image=RegistryImage(tag="agent"), repository=repository)
    for name in ("datadog-agent", "datadog-config"):
        assert containers[name]["Image"]["Fn::Join"][1][-1] == "/dev/hello:agent"


def test_its_permissions_are_the_documented_ones_in_this_account(
    built: Built, template: Callable[[], Template]
) -> None:
    built()
    (policy,) = template().find_resources("AWS::IAM::Policy").values()
    assert {
        each["Action"]: each["Resource"] for each in policy["Properties"]["PolicyDocument"]["Statement"]
    } == {
        "ecs:ListClusters": "*",
        "ecs:ListContainerInstances": "arn:aws:ecs:eu-central-1:111122223333:cluster/*",
        "ecs:DescribeContainerInstances": "arn:aws:ecs:eu-central-1:111122223333:container-instance/*",
    }


def test_a_network_without_a_way_out_is_refused_with_the_ways_on(network: FakeNetwork) -> None:
    with pytest.raises(ConfigurationError) as refused:
        DatadogAgent(api_key=KEY, site="datadoghq.eu").containers(network)
    assert str(refused.value) == (
        "Datadog (datadoghq.eu) is out of reach: the tasks' network has no way to the internet. "
        "Allowed: NAT for the network (ExistingNetwork: `egress=True`, once it has a way out), or no agent "
        "and the metrics of Container Insights. "
        "Change: the `nat` of the Network, or DatadogAgent.containers(network)."
    )


@pytest.mark.parametrize(
    "name", ["DD_API_KEY", "DD_SITE", "ECS_FARGATE", "DD_APM_ENABLED", "DD_USE_DOGSTATSD"]
)
def test_a_variable_that_an_argument_sets_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} stands in the agent's environment"):
        DatadogAgent(api_key=KEY, environment={name: "x"})


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        DatadogAgent(api_key=KEY, site="datadog.com", service="shop", environment={"DD_SERVICE": "other"})
    assert refused.value.problem == (
        '"datadog.com" is no site of Datadog. '
        "DD_SERVICE stands in the agent's environment, and is set already."
    )
