"""A VPC that was brought: nothing is made, and what is missing is said."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Template

from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.existing import ExistingNetwork
from ecs_platform.network.interface import INetwork
from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError


def subnets(stack: cdk.Stack, *names: str) -> Sequence[ec2.ISubnet]:
    return [ec2.Subnet.from_subnet_id(stack, f"{name}-{stack.node.id}", name) for name in names]


def existing(stack: cdk.Stack, **options: Any) -> ExistingNetwork:
    given: dict[str, Any] = {
        "cidr": "10.0.0.0/16",
        "egress": False,
        "public_subnets": ("subnet-1", "subnet-2"),
        "task_subnets": ("subnet-3", "subnet-4"),
        **options,
    }
    for kind in ("public_subnets", "task_subnets"):
        scope = cdk.Stack(stack, kind)
        given[kind] = subnets(scope, *given[kind])
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-central-1a", "eu-central-1b"]
    )
    return ExistingNetwork(stack, "Existing", vpc=vpc, **given)


def test_is_the_network_that_was_brought_and_adds_nothing(stack: cdk.Stack) -> None:
    brought: INetwork = existing(stack, endpoints=EVERY_TASK)
    brought.reach(*EVERY_TASK)
    assert brought.vpc.vpc_id == "vpc-1"
    assert brought.cidr == "10.0.0.0/16"
    assert [subnet.subnet_id for subnet in brought.public_subnets] == ["subnet-1", "subnet-2"]
    assert [subnet.subnet_id for subnet in brought.task_subnets] == ["subnet-3", "subnet-4"]
    assert "Resources" not in Template.from_stack(stack).to_json()


def test_names_every_endpoint_that_is_missing_at_once(stack: cdk.Stack) -> None:
    brought = existing(stack, endpoints=[AwsService.S3, AwsService.LOGS])
    with pytest.raises(ConfigurationError) as refused:
        brought.reach(*EVERY_TASK, AwsService.SSM_MESSAGES, AwsService.ECR_API)
    assert str(refused.value) == (
        "The VPC has no endpoint for ecr.api, ecr.dkr, ssmmessages, and its tasks have no other way there. "
        "Allowed: an endpoint for each, named in `endpoints`, or a way out and `egress=True`. "
        "Change: the `endpoints` of ExistingNetwork stack/Existing, once they exist."
    )


def test_asking_for_nothing_needs_nothing(stack: cdk.Stack) -> None:
    existing(stack).reach()


def test_with_a_way_out_all_is_reachable(stack: cdk.Stack) -> None:
    existing(stack, egress=True).reach(*AwsService)


@pytest.mark.parametrize("egress", [True, False])
def test_says_whether_there_is_a_way_out(stack: cdk.Stack, egress: bool) -> None:
    brought: INetwork = existing(stack, egress=egress)
    assert brought.has_egress is egress


@pytest.mark.parametrize("kind", ["public_subnets", "task_subnets"])
def test_refuses_one_subnet_of_a_kind(stack: cdk.Stack, kind: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        existing(stack, **{kind: ["subnet-9"]})
    assert str(refused.value) == (
        f"`{kind}` has 1 subnet. Allowed: two or more, in different zones. "
        f"Change: the `{kind}` of ExistingNetwork stack/Existing."
    )


def test_refuses_tasks_in_the_subnets_of_load_balancers(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match="Subnet subnet-2 is given for load balancers and for tasks"):
        existing(stack, task_subnets=["subnet-2", "subnet-3"])


def in_zones(stack: cdk.Stack, *zones: str) -> Sequence[ec2.ISubnet]:
    return [
        ec2.Subnet.from_subnet_attributes(
            stack, f"{stack.node.id}{number}", subnet_id=f"{stack.node.id}-{number}", availability_zone=zone
        )
        for number, zone in enumerate(zones)
    ]


@pytest.mark.parametrize("kind", ["public_subnets", "task_subnets"])
def test_refuses_subnets_of_one_zone(stack: cdk.Stack, kind: str) -> None:
    given = {
        each: in_zones(cdk.Stack(stack, each), "eu-central-1a", f"eu-central-1{'a' if each == kind else 'b'}")
        for each in ("public_subnets", "task_subnets")
    }
    vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-central-1a"])
    with pytest.raises(ConfigurationError) as refused:
        ExistingNetwork(stack, "Existing", vpc=vpc, cidr="10.0.0.0/16", egress=True, **given)
    assert str(refused.value) == (
        f"All of `{kind}` are in eu-central-1a. Allowed: subnets in two zones or more: a load balancer needs "
        "two, and tasks one that is left when the other fails. "
        f"Change: the `{kind}` of ExistingNetwork stack/Existing."
    )


def test_zones_known_at_deployment_only_are_not_judged(stack: cdk.Stack) -> None:
    given = {
        each: in_zones(cdk.Stack(stack, each), *[cdk.Fn.import_value("zone")] * 2)
        for each in ("public_subnets", "task_subnets")
    }
    vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-central-1a"])
    ExistingNetwork(stack, "Existing", vpc=vpc, cidr="10.0.0.0/16", egress=True, **given)


def test_refuses_a_range_that_is_none(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match=r"'10.0.0.0' has a prefix length of 32.*stack/Existing"):
        existing(stack, cidr="10.0.0.0")


def test_a_repository_of_awss_own_is_no_missing_endpoint(stack: cdk.Stack) -> None:
    brought = existing(stack, endpoints=EVERY_TASK)
    brought.reach(AwsRepository.FLUENT_BIT, *EVERY_TASK)
    with pytest.raises(ConfigurationError, match="no endpoint for secretsmanager, and"):
        brought.reach(AwsRepository.FLUENT_BIT, AwsService.SECRETS_MANAGER)
