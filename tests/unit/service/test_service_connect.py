from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import RegistryImage
from ecs_platform.service.namespace import Namespace
from ecs_platform.service.service_connect import Endpoint, ServiceConnect
from ecs_platform.task.container import Container
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.port_protocol import PortProtocol
from tests.unit.service.worker_builder import Ground


@pytest.fixture
def namespace(stack: cdk.Stack) -> Namespace:
    return Namespace(stack, "Namespace", name="shop")


def _connect(template: Template) -> Mapping[str, Any]:
    (service,) = template.find_resources("AWS::ECS::Service").values()
    return service["Properties"]["ServiceConnectConfiguration"]


def test_a_service_that_only_calls(
    stack: cdk.Stack, template: Callable[[], Template], namespace: Namespace
) -> None:
    ground = Ground(stack)
    task = ground.task("web")
    ground.worker("web", task=task, service_connect=ServiceConnect(namespace=namespace))
    connect = _connect(template())
    assert connect["Enabled"] is True
    assert connect["Namespace"] == stack.resolve(namespace.namespace.namespace_arn)
    assert connect["Services"] == []
    assert "AccessLogConfiguration" not in connect
    # The group that the execution role may write to, with a retention.
    assert connect["LogConfiguration"]["Options"] == {
        "awslogs-group": stack.resolve(task.log_group.log_group_name),
        "awslogs-region": "eu-central-1",
        "awslogs-stream-prefix": "service-connect",
        "max-buffer-size": "26214400b",
        "mode": "non-blocking",
    }


def test_a_service_that_is_called(
    stack: cdk.Stack, template: Callable[[], Template], namespace: Namespace
) -> None:
    ground = Ground(stack)
    connect = ServiceConnect(namespace=namespace, endpoints=[Endpoint(name="prices")])
    ground.worker("prices", task=ground.task("prices", port=8080), service_connect=connect)
    assert _connect(template())["Services"] == [
        {"ClientAliases": [{"DnsName": "prices", "Port": 8080}], "DiscoveryName": "prices", "PortName": "app"}
    ]


def test_everything_said(stack: cdk.Stack, template: Callable[[], Template], namespace: Namespace) -> None:
    ground = Ground(stack)
    proxy = Container(name="proxy", image=RegistryImage(tag="1"), port=9000)
    connect = ServiceConnect(
        namespace=namespace,
        endpoints=[
            Endpoint(
                name="prices.shop",
                port=80,
                discovery_name="prices",
                idle_timeout_seconds=60,
                request_timeout_seconds=30,
            ),
            Endpoint(name="raw", container="proxy", idle_timeout_seconds=0, request_timeout_seconds=0),
        ],
        access_logs=True,
    )
    ground.worker("prices", task=ground.task("prices", port=8080, sidecars=[proxy]), service_connect=connect)
    written = _connect(template())
    assert written["Services"] == [
        {
            "ClientAliases": [{"DnsName": "prices.shop", "Port": 80}],
            "DiscoveryName": "prices",
            "PortName": "app",
            "Timeout": {"IdleTimeoutSeconds": 60, "PerRequestTimeoutSeconds": 30},
        },
        {
            "ClientAliases": [{"DnsName": "raw", "Port": 9000}],
            "DiscoveryName": "raw",
            "PortName": "proxy",
            "Timeout": {"IdleTimeoutSeconds": 0, "PerRequestTimeoutSeconds": 0},
        },
    ]
    assert written["AccessLogConfiguration"] == {"Format": "JSON", "IncludeQueryParameters": "DISABLED"}


def test_the_proxys_lines_are_events_of_their_own(
    stack: cdk.Stack, template: Callable[[], Template], namespace: Namespace
) -> None:
    ground = Ground(stack)
    task = ground.task("web", port=1)
    # The application's format is not the proxy's.
    task.logs = AwsLogs(group_name="/ecs/web", stream_prefix="web", multiline_pattern="^2", blocking=True)
    ground.worker("web", task=task, service_connect=ServiceConnect(namespace=namespace))
    options = _connect(template())["LogConfiguration"]["Options"]
    assert options["awslogs-stream-prefix"] == "service-connect"
    assert "awslogs-multiline-pattern" not in options
    assert options["mode"] == "non-blocking"


def test_an_endpoint_takes_a_port(stack: cdk.Stack, namespace: Namespace) -> None:
    connect = ServiceConnect(namespace=namespace, endpoints=[Endpoint(name="prices")])
    with pytest.raises(ConfigurationError, match="The task prices has no port that the endpoint prices"):
        Ground(stack).worker("prices", service_connect=connect)


@pytest.mark.parametrize(
    ("options", "endpoint", "refusal"),
    [
        (
            {},
            {"container": "no"},
            r"container no, which the task prices does not have\. Allowed: one with",
        ),
        (
            {},
            {"container": "helper"},
            r"container helper, which has no port\. Allowed: one with a port: app",
        ),
        (
            {"protocol": PortProtocol.UDP},
            {},
            "container app, which speaks UDP, and Service Connect carries",
        ),
    ],
)
def test_an_endpoint_leads_to_a_container_that_can_be_called(
    stack: cdk.Stack,
    namespace: Namespace,
    options: Mapping[str, Any],
    endpoint: Mapping[str, Any],
    refusal: str,
) -> None:
    ground = Ground(stack)
    helper = Container(name="helper", image=RegistryImage(tag="1"))
    connect = ServiceConnect(namespace=namespace, endpoints=[Endpoint(name="prices", **endpoint)])
    with pytest.raises(ConfigurationError, match=refusal):
        ground.worker(
            "prices",
            task=ground.task("prices", port=8080, sidecars=[helper], **options),
            service_connect=connect,
        )


def test_two_services_cannot_be_called_by_one_name_and_port(stack: cdk.Stack, namespace: Namespace) -> None:
    ground = Ground(stack)

    def connect(discovery_name: str, **options: Any) -> ServiceConnect:
        endpoint = Endpoint(name="prices", discovery_name=discovery_name, **options)
        return ServiceConnect(namespace=namespace, endpoints=[endpoint])

    ground.worker("one", task=ground.task("one", port=80), service_connect=connect("a"))
    ground.worker("two", task=ground.task("two", port=81), service_connect=connect("b"))
    with pytest.raises(
        ConfigurationError, match=r"'prices:80' in the namespace shop is already a name of .* one, "
    ):
        ground.worker("three", task=ground.task("three", port=82), service_connect=connect("c", port=80))


def test_two_services_cannot_have_one_endpoint(stack: cdk.Stack, namespace: Namespace) -> None:
    ground = Ground(stack)
    connect = ServiceConnect(namespace=namespace, endpoints=[Endpoint(name="prices")])
    ground.worker("prices", task=ground.task("prices", port=80), service_connect=connect)
    with pytest.raises(ConfigurationError, match=r"already a name of the service prices.* Endpoint\(name"):
        ground.worker("web", task=ground.task("web", port=80), service_connect=connect)


def test_two_endpoints_of_one_name(namespace: Namespace) -> None:
    with pytest.raises(ConfigurationError, match="Two endpoints of one service are called prices"):
        ServiceConnect(
            namespace=namespace,
            endpoints=[Endpoint(name="prices"), Endpoint(name="p", discovery_name="prices")],
        )


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": "Prices"}, "'Prices' has 6 characters, or one that ECS does not take"),
        ({"name": "-a"}, "not beginning with a hyphen"),
        ({"name": "a" * 128, "discovery_name": "a"}, "has 128 characters"),
        ({"name": "a" * 65}, "of 65 characters, is no name of a Cloud Map service"),
        ({"name": "a.b"}, r"'a\.b', of 3 characters, is no name.* Change: Endpoint\(discovery_name"),
        ({"name": "a", "discovery_name": ""}, "'', of 0 characters, is no name"),
        ({"port": 0}, "port is 0. Allowed: port of 1 to 65535"),
        ({"port": 65_536}, "port is 65536"),
        ({"idle_timeout_seconds": -1}, "idle_timeout_seconds is -1"),
        ({"request_timeout_seconds": 2_147_483_648}, "request_timeout_seconds is 2147483648"),
        (
            {"idle_timeout_seconds": 5, "request_timeout_seconds": 6},
            "idle_timeout_seconds=5 would cut off a request that may take 6 seconds",
        ),
        (
            {"idle_timeout_seconds": 5, "request_timeout_seconds": 0},
            "idle_timeout_seconds=5 would cut off a request that may take any time",
        ),
    ],
)
def test_what_ecs_would_refuse(values: dict[str, Any], refusal: str) -> None:
    with pytest.raises(ConfigurationError, match=refusal):
        Endpoint(**({"name": "prices"} | values))


@pytest.mark.parametrize(
    "values",
    [
        {"name": "a" * 127, "discovery_name": "a" * 64},
        {"name": "a.b_c-", "discovery_name": "a"},
        {"idle_timeout_seconds": 6, "request_timeout_seconds": 6},
        {"idle_timeout_seconds": 0, "request_timeout_seconds": 6},
        {"idle_timeout_seconds": 6},
    ],
)
def test_what_ecs_takes(values: dict[str, Any]) -> None:
    Endpoint(**({"name": "prices"} | values))


def test_all_mistakes_of_an_endpoint_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as error:
        Endpoint(name="", port=0, idle_timeout_seconds=-1)
    assert error.value.where == (
        "Endpoint(name=...). Endpoint(port=...). Endpoint(idle_timeout_seconds=...)."
    )
