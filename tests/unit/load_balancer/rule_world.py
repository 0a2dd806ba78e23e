"""A load balancer, the people who change it, and CloudFormation's requests about one rule of it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from ecs_platform.load_balancer.rule_function.swap_safe_rule.balancer import Patience
from ecs_platform.load_balancer.rule_function.swap_safe_rule.handler import answer
from ecs_platform.load_balancer.rule_function.swap_safe_rule.request import ROLE
from ecs_platform.load_balancer.rule_function.swap_safe_rule.rule import Listener, Rule
from tests.unit.load_balancer.fake_elb import FakeElb

Json = dict[str, Any]

_requests = itertools.count(1)


@dataclass(frozen=True)
class World:
    """An elbv2 client and the names of what is there: three listeners, two target groups."""

    elb: Any
    http: str
    https: str
    test: str
    blue: str
    green: str

    def rules(self, listener: str | None = None) -> list[Rule]:
        """What is there without the defaults, with tags, by listener and priority."""
        found: list[Rule] = []
        for one in [listener] if listener else [self.http, self.https, self.test]:
            pages, marker = [], {}
            while marker is not None:
                page = self.elb.describe_rules(ListenerArn=one, **marker)
                pages += page["Rules"]
                marker = {"Marker": page["NextMarker"]} if page.get("NextMarker") else None
            found += [Rule.read(rule) for rule in pages if not rule["IsDefault"]]
        return [self._tagged(rule) for rule in sorted(found, key=lambda rule: int(rule.priority))]

    def rule(self, arn: str) -> Rule:
        """One of them."""
        return next(rule for rule in self.rules() if rule.arn == arn)

    def weights(self, arn: str) -> tuple[int, int]:
        """Of the pair, blue first."""
        weights = self.rule(arn).weights
        return weights.get(self.blue, 0), weights.get(self.green, 0)

    def swap(self, blue: int, green: int, role: str | None = None) -> None:
        """What a deployment does: it moves every rule that forwards to the pair, all or those of a role."""
        for rule in self.rules():
            if set(rule.weights) == {self.blue, self.green} and role in (None, rule.tags.get(ROLE)):
                self.write(rule.arn, blue, green)

    def write(self, arn: str, blue: int, green: int) -> None:
        """Moves one rule."""
        self.elb.modify_rule(RuleArn=arn, Actions=self.forward(blue, green))

    def forward(self, blue: int, green: int) -> list[Json]:
        """The one action of a rule for the pair."""
        groups = [
            {"TargetGroupArn": self.blue, "Weight": blue},
            {"TargetGroupArn": self.green, "Weight": green},
        ]
        return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]

    def by_hand(self, listener: str, priority: int, actions: list[Json] | None = None, **tags: str) -> str:
        """A rule that somebody else made; its ARN."""
        made = self.elb.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/by-hand"]}}],
            Actions=actions or self.forward(100, 0),
            Tags=[{"Key": key, "Value": value} for key, value in (tags or {"made": "by hand"}).items()],
        )
        return made["Rules"][0]["RuleArn"]

    def start_tasks(self, group: str) -> None:
        """One task comes up in a target group."""
        self.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.7", "Port": 80}])

    def _tagged(self, rule: Rule) -> Rule:
        (described,) = self.elb.describe_tags(ResourceArns=[rule.arn])["TagDescriptions"]
        tags = {tag["Key"]: tag["Value"] for tag in described["Tags"]}
        return Rule(rule.arn, rule.priority, rule.conditions, rule.weights, tags)


def fake_world() -> World:
    """In memory."""
    elb = FakeElb()
    return World(elb, *elb.listeners, *elb.targets)


def moto_world() -> World:
    """On moto, which must be on. EC2 is asked behind its API: its client takes a second to load."""
    elb = boto3.client("elbv2", region_name="eu-central-1")
    ec2 = ec2_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"]
    vpc = next(iter(ec2.vpcs))
    ids = [subnet.id for zone in ec2.subnets.values() for subnet in zone.values()]
    balancer = elb.create_load_balancer(Name="dev", Subnets=ids)["LoadBalancers"][0]["LoadBalancerArn"]
    not_found = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    listeners = [
        elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=port, DefaultActions=not_found)
        for port in (80, 443, 9000)
    ]
    groups = [
        elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
        for name in ("blue", "green")
    ]
    return World(
        elb,
        *(listener["Listeners"][0]["ListenerArn"] for listener in listeners),
        *(group["TargetGroups"][0]["TargetGroupArn"] for group in groups),
    )


class Resource:
    """A rule in a stack as CloudFormation knows it: properties, physical id, and the requests it sends.

    Args:
        world: Where the rule is to be.
        logical_id: Its name in the template.
        stack: The name of its stack.
        elb: The client of the function, where it is not the world's.
        wanted: Properties other than those of a production rule for /hello, priority 10, HTTP listener.
    """

    def __init__(
        self,
        world: Any,
        logical_id: str = "Production",
        stack: str = "dev-hello",
        elb: Any = None,
        **wanted: Any,
    ) -> None:
        self.world = world
        self.logical_id = logical_id
        self.stack = stack
        self.elb = elb or world.elb
        self.physical_id = ""
        self.properties = _as_text(
            {
                "ServiceToken": "arn:aws:lambda:eu-central-1:111122223333:function:rules",
                "Role": "production",
                "BlueTargetGroupArn": world.blue,
                "GreenTargetGroupArn": world.green,
            }
            | self.defaults(world)
            | wanted
        )
        # What happens while the function waits, and how long it may.
        self.meanwhile: Callable[[], None] = lambda: None
        self.seconds_left = 170.0

    type = "Custom::SwapSafeListenerRule"

    @staticmethod
    def defaults(world: Any) -> Json:
        """The properties that are a rule's alone."""
        return {"ListenerArn": world.http, "Priority": 10, "Hosts": [], "Paths": ["/hello"]}

    def event(self, kind: str, properties: Json | None = None, old: Json | None = None) -> Json:
        """A request with an id of its own."""
        event: Json = {
            "RequestType": kind,
            "RequestId": f"request-{next(_requests)}",
            "ResponseURL": "https://signed.example.com/?secret",
            "StackId": f"arn:aws:cloudformation:eu-central-1:111122223333:stack/{self.stack}/0a1b",
            "ResourceType": self.type,
            "LogicalResourceId": self.logical_id,
            "ResourceProperties": properties or self.properties,
        }
        if self.physical_id:
            event["PhysicalResourceId"] = self.physical_id
        if old is not None:
            event["OldResourceProperties"] = old
        return event

    def update_event(self, **changes: Any) -> Json:
        """An update from the properties as they are."""
        return self.event("Update", self.properties | _as_text(changes), self.properties)

    def send(self, event: Json) -> Json:
        """What the function tells CloudFormation. Waiting takes no time here, but counts."""

        def sleep(seconds: float) -> None:
            self.seconds_left -= seconds
            self.meanwhile()

        return answer(event, self.elb, Patience(lambda: int(self.seconds_left * 1000), sleep))[0]

    def create(self) -> str:
        """Create, which must succeed; the rule's ARN."""
        self.physical_id = succeeded(self.send(self.event("Create")))
        return self.physical_id

    def update(self, **changes: Any) -> str:
        """Update, which must succeed, and the clean-up of a replaced rule; the rule's ARN."""
        event = self.update_event(**changes)
        before, self.physical_id = self.physical_id, succeeded(self.send(event))
        if before != self.physical_id:
            succeeded(self.send(self.event("Delete") | {"PhysicalResourceId": before}))
        self.properties = event["ResourceProperties"]
        return self.physical_id

    def back(self, event: Json) -> Json:
        """The update that rolls another one back, with the physical id that CloudFormation has by now."""
        return self.event("Update", event["OldResourceProperties"], event["ResourceProperties"])


def owner_tags(owner: str) -> list[Json]:
    """A stack's tags as a custom resource's properties carry them: none for nobody."""
    return [{"Key": "owner", "Value": owner}] if owner else []


def owner_of(carrier: Rule | Listener) -> str:
    """Whose it is by its tags; nobody's where there is none."""
    return carrier.tags.get("owner", "")


def succeeded(told: Json) -> str:
    """The physical id of an answer that must be a success."""
    assert told["Status"] == "SUCCESS", told["Reason"]
    return told["PhysicalResourceId"]


def refused(told: Json) -> str:
    """The reason of an answer that must be a failure."""
    assert told["Status"] == "FAILED", told
    return told["Reason"]


def _as_text(properties: Json) -> Json:
    # CloudFormation sends every number in text.
    return {key: value if isinstance(value, list) else str(value) for key, value in properties.items()}
