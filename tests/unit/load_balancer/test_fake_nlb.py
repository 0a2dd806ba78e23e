"""The load balancer in memory answers as moto does, where moto answers as ELB."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.unit.load_balancer.listener_world import ListenerWorld, fake_world, moto_world


@pytest.fixture(scope="module", params=["fake", "moto"])
def world(request: pytest.FixtureRequest) -> Iterator[ListenerWorld]:
    if request.param == "fake":
        yield fake_world()
    else:
        with mock_aws():
            yield moto_world()


def _code(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**arguments)
    return refusal.value.response["Error"]["Code"]


def test_a_listener_lives_as_it_does_on_moto(world: ListenerWorld) -> None:
    arn = world.by_hand(80, 90, 10)
    assert arn.startswith(world.nlb.replace(":loadbalancer/", ":listener/"))
    (found,) = world.elb.describe_listeners(ListenerArns=[arn])["Listeners"]
    assert (found["Port"], found["Protocol"], found["LoadBalancerArn"]) == (80, "TCP", world.nlb)
    assert world.weights(arn) == (90, 10)

    world.elb.modify_listener(ListenerArn=arn, Port=81, Protocol="TCP")
    assert world.listener(arn).settings == {"Port": 81, "Protocol": "TCP"}
    assert world.weights(arn) == (90, 10)
    world.elb.add_tags(ResourceArns=[arn], Tags=[{"Key": "made", "Value": "again"}])
    assert world.listener(arn).tags == {"made": "again"}
    world.elb.remove_tags(ResourceArns=[arn], TagKeys=["made", "never-there"])
    assert world.listener(arn).tags == {}

    world.elb.delete_listener(ListenerArn=arn)
    assert world.listeners() == []
    elb = world.elb
    assert _code(elb.describe_listeners, ListenerArns=[arn]) == "ListenerNotFound"
    assert _code(elb.delete_listener, ListenerArn=arn) == "ListenerNotFound"
    assert _code(elb.describe_listeners, LoadBalancerArn=f"{world.nlb}0") == "LoadBalancerNotFound"


def test_what_moto_forgets() -> None:
    world = fake_world()
    arn = world.by_hand(80)
    assert _code(world.by_hand, port=80) == "DuplicateListener"
    other = world.by_hand(81)
    assert _code(world.elb.modify_listener, ListenerArn=other, Port=80) == "DuplicateListener"
    assert _code(world.elb.modify_listener, ListenerArn=arn, Protocol="TLS") == "CertificateNotFound"
    assert (
        _code(
            world.elb.create_listener,
            LoadBalancerArn=world.other,
            Port=80,
            Protocol="TCP",
            DefaultActions=world.forward(1, 0),
            Tags=[],
        )
        == "TargetGroupAssociationLimit"
    )
