from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.service.discovery import Discovery
from ecs_platform.service.namespace import Namespace
from tests.synthesis import new_app
from tests.unit.fakes import FakeNetwork
from tests.unit.service.worker_builder import Ground


@pytest.fixture(scope="module")
def names() -> Namespace:
    """A namespace for values that no stack holds."""
    stack = cdk.Stack(new_app(), "stack", env=cdk.Environment(region="eu-central-1"))
    return Namespace(stack, "Namespace", name="dev.internal", network=FakeNetwork(stack))


@pytest.mark.parametrize(("options", "ttl"), [({}, 10), ({"ttl_seconds": 0}, 0), ({"ttl_seconds": 77}, 77)])
def test_tasks_have_a_records(
    stack: cdk.Stack, template: Callable[[], Template], options: dict[str, int], ttl: int
) -> None:
    ground = Ground(stack)
    namespace = Namespace(stack, "Namespace", name="dev.internal", network=ground.network)
    discovery = Discovery(namespace=namespace, name="prices", **options)
    assert discovery.host == "prices.dev.internal"
    ground.worker("prices", discovery=discovery)
    registry = "AWS::ServiceDiscovery::Service"
    ((made, resource),) = template().find_resources(registry).items()
    properties = resource["Properties"]
    assert properties["Name"] == "prices"
    assert properties["NamespaceId"] == stack.resolve(namespace.namespace.namespace_id)
    assert properties["DnsConfig"]["DnsRecords"] == [{"TTL": ttl, "Type": "A"}]
    assert properties["DnsConfig"]["RoutingPolicy"] == "MULTIVALUE"
    assert properties["HealthCheckCustomConfig"] == {"FailureThreshold": 1}
    (service,) = template().find_resources("AWS::ECS::Service").values()
    assert service["Properties"]["ServiceRegistries"] == [{"RegistryArn": {"Fn::GetAtt": [made, "Arn"]}}]


def test_two_services_cannot_have_one_name(stack: cdk.Stack) -> None:
    ground = Ground(stack)
    namespace = Namespace(stack, "Namespace", name="dev.internal", network=ground.network)
    discovery = Discovery(namespace=namespace, name="prices")
    ground.worker("prices", discovery=discovery)
    with pytest.raises(ConfigurationError, match=r"already a name of the service prices.* Change: Discovery"):
        ground.worker("web", discovery=discovery)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": "Prices"}, "'Prices' of 6 characters is no DNS label"),
        ({"name": "a" * 64}, "of 64 characters is no DNS label"),
        ({"name": "a.b"}, "is no DNS label"),
        ({"name": "a-"}, "is no DNS label"),
        ({"ttl_seconds": -1}, "ttl_seconds is -1. Allowed: ttl_seconds of 0 to 2147483647"),
        ({"ttl_seconds": 2_147_483_648}, "ttl_seconds is 2147483648"),
    ],
)
def test_what_cloud_map_would_refuse(names: Namespace, values: dict[str, Any], refusal: str) -> None:
    with pytest.raises(ConfigurationError, match=refusal):
        Discovery(**({"namespace": names, "name": "prices"} | values))


def test_the_longest_name(names: Namespace) -> None:
    Discovery(namespace=names, name="a" * 63)


def test_a_namespace_without_dns_is_refused_with_all_else(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as error:
        Discovery(namespace=Namespace(stack, "Namespace", name="shop"), name="-", ttl_seconds=-1)
    assert error.value.where == ("Discovery(ttl_seconds=...). Discovery(name=...). Discovery(namespace=...).")
    assert "The namespace shop has no DNS names: it belongs to no network." in error.value.problem
