"""A Network Load Balancer, who changes it, and CloudFormation's requests about one of its listeners."""

from dataclasses import dataclass, replace
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from ecs_platform.load_balancer.rule_function.swap_safe_rule.request import ROLE
from ecs_platform.load_balancer.rule_function.swap_safe_rule.rule import Listener
from tests.unit.load_balancer.fake_nlb import FakeNlb
from tests.unit.load_balancer.rule_world import Json, Resource


@dataclass(frozen=True)
class ListenerWorld:
    """An elbv2 client and the names of what is there: two load balancers, two target groups."""

    elb: Any
    nlb: str
    other: str
    blue: str
    green: str

    def listeners(self) -> list[Listener]:
        """What is there, with tags, by port."""
        found: list[Listener] = []
        for balancer in (self.nlb, self.other):
            marker: Json | None = {}
            while marker is not None:
                page = self.elb.describe_listeners(LoadBalancerArn=balancer, **marker)
                found += [Listener.read(one) for one in page["Listeners"]]
                marker = {"Marker": page["NextMarker"]} if page.get("NextMarker") else None
        return [self._tagged(one) for one in sorted(found, key=lambda one: (one.home, int(one.place)))]

    def listener(self, arn: str) -> Listener:
        """One of them."""
        return next(one for one in self.listeners() if one.arn == arn)

    def weights(self, arn: str) -> tuple[int, int]:
        """Of the pair, blue first."""
        weights = self.listener(arn).weights
        return weights.get(self.blue, 0), weights.get(self.green, 0)

    def swap(self, blue: int, green: int, role: str | None = None) -> None:
        """What a deployment does: it moves the listeners that forward to the pair, all or those of a role."""
        for one in self.listeners():
            if set(one.weights) == {self.blue, self.green} and role in (None, one.tags.get(ROLE)):
                self.write(one.arn, blue, green)

    def write(self, arn: str, blue: int, green: int) -> None:
        """Moves one listener."""
        self.elb.modify_listener(ListenerArn=arn, DefaultActions=self.forward(blue, green))

    def forward(self, blue: int, green: int) -> list[Json]:
        """The one action for the pair."""
        pair = [(self.blue, blue), (self.green, green)]
        groups = [{"TargetGroupArn": group, "Weight": weight} for group, weight in pair]
        return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]

    def by_hand(self, port: int, blue: int = 100, green: int = 0, **tags: str) -> str:
        """A listener that somebody else made; its ARN."""
        made = self.elb.create_listener(
            LoadBalancerArn=self.nlb,
            Port=port,
            Protocol="TCP",
            DefaultActions=self.forward(blue, green),
            Tags=[{"Key": key, "Value": value} for key, value in (tags or {"made": "by hand"}).items()],
        )
        return made["Listeners"][0]["ListenerArn"]

    def start_tasks(self, group: str) -> None:
        """One task comes up in a target group."""
        self.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.7", "Port": 80}])

    def _tagged(self, listener: Listener) -> Listener:
        (described,) = self.elb.describe_tags(ResourceArns=[listener.arn])["TagDescriptions"]
        return replace(listener, tags={tag["Key"]: tag["Value"] for tag in described["Tags"]})


def fake_world() -> ListenerWorld:
    """In memory."""
    elb = FakeNlb()
    return ListenerWorld(elb, *elb.balancers, *elb.targets)


def moto_world() -> ListenerWorld:
    """On moto, which must be on. EC2 is asked behind its API: its client takes a second to load."""
    elb = boto3.client("elbv2", region_name="eu-central-1")
    ec2 = ec2_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"]
    vpc = next(iter(ec2.vpcs))
    ids = [subnet.id for zone in ec2.subnets.values() for subnet in zone.values()]
    balancers = [
        elb.create_load_balancer(Name=name, Subnets=ids, Type="network") for name in ("dev-nlb", "other-nlb")
    ]
    groups = [
        elb.create_target_group(Name=name, Protocol="TCP", Port=80, VpcId=vpc, TargetType="ip")
        for name in ("blue-tcp", "green-tcp")
    ]
    return ListenerWorld(
        elb,
        *(balancer["LoadBalancers"][0]["LoadBalancerArn"] for balancer in balancers),
        *(group["TargetGroups"][0]["TargetGroupArn"] for group in groups),
    )


class ListenerResource(Resource):
    """A listener in a stack: a production listener for TCP on port 443, with what a test wants."""

    type = "Custom::SwapSafeListener"

    @staticmethod
    def defaults(world: Any) -> Json:
        """The properties that are a listener's alone."""
        return {"LoadBalancerArn": world.nlb, "Port": 443, "Protocol": "TCP"}
