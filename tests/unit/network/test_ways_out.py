"""A service of the network's own stack waits for endpoints and routes; one of another stack need not."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk.assertions import Template

from ecs_platform import AwsService, Cluster, Nat, Network, Zone
from ecs_platform.network.ways_out import wait_for_ways_out


def network(stack: cdk.Stack, nat: Nat = Nat.NONE) -> Network:
    return Network(
        stack,
        "Network",
        cidr="10.0.0.0/16",
        nat=nat,
        zones=[
            Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
            Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
        ],
    )


def waits_for(starter: cdk.Stack) -> Sequence[str]:
    (cluster,) = Template.from_stack(starter).find_resources("AWS::ECS::Cluster").values()
    return cluster.get("DependsOn", [])


def test_endpoints_of_the_same_stack_come_first_even_those_asked_for_later(stack: cdk.Stack) -> None:
    made = network(stack)
    wait_for_ways_out(made, Cluster(stack, "Starter", network=made).cluster)
    made.reach(AwsService.SQS)
    names = " ".join(waits_for(stack))
    assert "NetworkEndpointsS3" in names
    assert "NetworkEndpointsSqs" in names
    assert "Vpc" not in names


def test_so_do_the_routes_to_nat(stack: cdk.Stack) -> None:
    made = network(stack, Nat.ONE_PER_ZONE)
    wait_for_ways_out(made, Cluster(stack, "Starter", network=made).cluster)
    names = " ".join(waits_for(stack))
    assert "NetworkPrivateADefaultRoute" in names
    assert "NetworkPrivateBDefaultRoute" in names


def test_another_stack_has_its_own_order(app: cdk.App, stack: cdk.Stack) -> None:
    made = network(stack)
    other = cdk.Stack(app, "other", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    wait_for_ways_out(made, Cluster(other, "Starter", network=made).cluster)
    assert waits_for(other) == []
