from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.service.namespace import Namespace
from tests.unit.fakes import FakeNetwork

LABEL = "a" * 63


def test_a_namespace_of_a_vpc_answers_to_dns(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    namespace = Namespace(stack, "Namespace", name="dev.internal", network=FakeNetwork(stack))
    assert namespace.has_dns
    template().has_resource_properties(
        "AWS::ServiceDiscovery::PrivateDnsNamespace", {"Name": "dev.internal", "Vpc": "vpc-1"}
    )
    template().resource_count_is("AWS::ServiceDiscovery::HttpNamespace", 0)


def test_one_without_a_vpc_does_not(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    namespace = Namespace(stack, "Namespace", name="Dev/Internal")
    assert not namespace.has_dns
    template().has_resource_properties("AWS::ServiceDiscovery::HttpNamespace", {"Name": "Dev/Internal"})
    template().resource_count_is("AWS::ServiceDiscovery::PrivateDnsNamespace", 0)


def test_other_stacks_import_its_arn_and_id(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    exports = [stack.resolve(value) for value in Namespace(stack, "Namespace", name="shop").exports]
    (made,) = template().find_resources("AWS::ServiceDiscovery::HttpNamespace")
    assert exports == [{"Fn::GetAtt": [made, "Arn"]}, {"Fn::GetAtt": [made, "Id"]}]


@pytest.mark.parametrize("name", [LABEL, f"{LABEL}.{LABEL}.{LABEL}.{'a' * 61}", "_tcp.dev", "a-b"])
def test_dns_names_that_fit(stack: cdk.Stack, name: str) -> None:
    Namespace(stack, "Namespace", name=name, network=FakeNetwork(stack))


@pytest.mark.parametrize(
    "name", ["", "Dev", "a..b", "-a", "a-", "a b", LABEL + "a", f"{LABEL}.{LABEL}.{LABEL}.{'a' * 62}", "a\n"]
)
def test_what_is_no_dns_name(stack: cdk.Stack, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"of {len(name)} characters is no DNS name"):
        Namespace(stack, "Namespace", name=name, network=FakeNetwork(stack))


@pytest.mark.parametrize("name", ["", "a b", "a" * 1_025, "arn:aws", "a\n"])
def test_what_cloud_map_does_not_take_either(stack: cdk.Stack, name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"has {len(name)} characters, or one that Cloud Map"):
        Namespace(stack, "Namespace", name=name)


@pytest.mark.parametrize("service", ["prices", "web"])
def test_a_name_is_given_once(stack: cdk.Stack, service: str) -> None:
    namespace = Namespace(stack, "Namespace", name="shop")
    namespace.take("prices", service="prices", where="A.")
    namespace.take("prices-dns", service="prices", where="A.")
    with pytest.raises(ConfigurationError) as error:
        namespace.take("prices", service=service, where="B.")
    assert str(error.value) == (
        "'prices' in the namespace shop is already a name of the service prices, and cannot be given to "
        f"{service}. Allowed: a name of its own for each endpoint and each DNS name of a namespace. "
        "Change: B."
    )
