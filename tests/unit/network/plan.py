"""One plan of zones for all tests of the network, and readers of what came out."""

import functools
from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template

from ecs_platform.network.network import Network, Zone
from ecs_platform.network.reach import AwsService
from tests.synthesis import new_app

ACCOUNT = "111122223333"
CIDR = "10.0.0.0/16"
_THIRD_OCTETS = {"a": (0, 16), "b": (1, 32), "c": (2, 48), "d": (3, 64)}

Resources = dict[str, dict[str, Any]]


def zone(letter: str, *, retired: bool = False) -> Zone:
    """The zone of that letter, always with the same ranges."""
    public, private = _THIRD_OCTETS[letter]
    return Zone(
        name=f"eu-central-1{letter}",
        public_cidr=f"10.0.{public}.0/24",
        private_cidr=f"10.0.{private}.0/20",
        retired=retired,
    )


def network(stack: cdk.Stack, zones: Sequence[Zone] = (zone("a"), zone("b")), **options: Any) -> Network:
    """A Network of two zones and no options, unless told otherwise."""
    return Network(stack, "Network", cidr=CIDR, zones=zones, **options)


@functools.cache
def synthesized(
    zones: tuple[Zone, ...] = (zone("a"), zone("b")), *, reach: tuple[AwsService, ...] = (), **options: Any
) -> Template:
    """The template of a network in a stack of its own; made once, so it is for reading."""
    stack = cdk.Stack(new_app(), "stack", env=cdk.Environment(account=ACCOUNT, region="eu-central-1"))
    network(stack, zones, **options).reach(*reach)
    return Template.from_stack(stack)


def resources(template: Template, kind: str) -> Resources:
    """The resources of a type: logical id → properties."""
    return {
        logical_id: resource["Properties"]
        for logical_id, resource in template.to_json()["Resources"].items()
        if resource["Type"] == kind
    }


def subnet_of(template: Template, prefix: str) -> str:
    """The logical id of the one subnet whose logical id begins so."""
    (found,) = (key for key in resources(template, "AWS::EC2::Subnet") if key.startswith(prefix))
    return found


def endpoints(template: Template) -> Resources:
    """The VPC endpoints: tail of the service name → properties."""
    found: Resources = {}
    for properties in resources(template, "AWS::EC2::VPCEndpoint").values():
        name = properties["ServiceName"]
        text = name if isinstance(name, str) else name["Fn::Join"][1][-1]
        region_free = text.split("eu-central-1")[-1]
        found[region_free.lstrip(".")] = properties
    return found
