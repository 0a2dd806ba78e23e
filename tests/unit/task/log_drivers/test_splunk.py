"""Output straight to Splunk: the driver's options, its token, and the way to the collector."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Template

from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.log_drivers.splunk import Splunk, SplunkFormat
from ecs_platform.task.secrets import SecretsManagerSecret
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork

Task = Callable[..., TaskDefinition]
URL = "https://http-inputs-acme.splunkcloud.com:443"
TOKEN = SecretsManagerSecret(name="splunk")


def test_the_application_alone_writes_to_splunk_with_its_token_as_a_secret(
    task: Task, network: FakeNetwork, template: Callable[[], Template]
) -> None:
    network.has_egress = True
    task(log_driver=Splunk(url=URL, token=TOKEN))
    made = template()
    (definition,) = made.find_resources("AWS::ECS::TaskDefinition").values()
    (app,) = definition["Properties"]["ContainerDefinitions"]
    configuration = app["LogConfiguration"]
    assert configuration["LogDriver"] == "splunk"
    assert configuration["Options"] == {
        "splunk-url": URL,
        "splunk-format": "inline",
        "splunk-verify-connection": "true",
        "splunk-gzip": "true",
    }
    (secret,) = configuration["SecretOptions"]
    assert secret["Name"] == "splunk-token"
    assert "secret:splunk" in str(secret["ValueFrom"])
    assert "secretsmanager:GetSecretValue" in str(made.find_resources("AWS::IAM::Role"))
    assert AwsService.SECRETS_MANAGER in network.reached


def test_its_options_can_be_changed(container: Callable[..., dict[str, Any]]) -> None:
    driver = Splunk(
        url="https://splunk.acme.internal:8088",
        token=TOKEN,
        private_range="10.8.0.0/16",
        index="shop",
        source="ecs",
        source_type="access",
        format=SplunkFormat.RAW,
        tag="{{.Name}}",
        ca_name="splunk.acme.com",
        verify_connection=False,
        gzip=False,
    )
    assert container(log_driver=driver)["LogConfiguration"]["Options"] == {
        "splunk-url": "https://splunk.acme.internal:8088",
        "splunk-index": "shop",
        "splunk-source": "ecs",
        "splunk-sourcetype": "access",
        "splunk-format": "raw",
        "splunk-caname": "splunk.acme.com",
        "splunk-verify-connection": "false",
        "splunk-gzip": "false",
        "tag": "{{.Name}}",
    }


@pytest.mark.parametrize(
    ("options", "opened"),
    [
        ({"url": "https://splunk.acme.com"}, []),
        ({"url": URL}, []),
        ({"url": "https://splunk.acme.com:8088"}, [("0.0.0.0/0", 8088)]),
        (
            {"url": "https://splunk.acme.internal:8088", "private_range": "10.8.0.0/16"},
            [("10.8.0.0/16", 8088)],
        ),
    ],
)
def test_the_collectors_port_is_open_to_where_it_stands(
    stack: cdk.Stack,
    network: FakeNetwork,
    template: Callable[[], Template],
    options: dict[str, Any],
    opened: list[tuple[str, int]],
) -> None:
    group = ec2.SecurityGroup(stack, "Tasks", vpc=network.vpc, allow_all_outbound=False)
    Splunk(token=TOKEN, **options).connect(group.connections)
    (made,) = template().find_resources("AWS::EC2::SecurityGroup").values()
    rules = [(rule["CidrIp"], rule["FromPort"]) for rule in made["Properties"]["SecurityGroupEgress"]]
    assert [rule for rule in rules if rule[0] != "255.255.255.255/32"] == opened


def test_a_collector_on_the_internet_is_refused_where_there_is_no_way_there(task: Task) -> None:
    with pytest.raises(ConfigurationError) as refused:
        task(log_driver=Splunk(url=URL, token=TOKEN))
    assert str(refused.value) == (
        f"{URL} is out of reach: the tasks' network has no way to the internet. "
        "Allowed: NAT for the network (ExistingNetwork: `egress=True`, once it has a way out), the "
        "`private_range` of a collector that stands nearer, or FireLens to a FirehoseOutput that delivers to "
        "Splunk. Change: Splunk(private_range=...) or the `network` of the task."
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://splunk.acme.com:8088",
        "splunk.acme.com:8088",
        "https://splunk.acme.com/services/collector",
        "https://:8088",
        "https://splunk acme.com",
    ],
)
def test_an_address_that_is_no_collectors_or_gives_the_token_away_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r'is no address of a collector.*"https://http-inputs'):
        Splunk(url=url, token=TOKEN)


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Splunk(url="https://splunk.acme.com:0", token=TOKEN, private_range="10.8.0.1/16")
    assert refused.value.problem == 'The port is 0. "10.8.0.1/16" is no IPv4 range.'


def test_an_address_known_at_deployment_only_is_taken_as_it_is() -> None:
    assert Splunk(url=cdk.Fn.import_value("collector"), token=TOKEN).port == 443
