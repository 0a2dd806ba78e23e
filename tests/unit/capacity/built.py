"""Capacities synthesized once, as every test of them reads the same template."""

from functools import cache
from typing import Any

from tests.synthesis import new_app
from tests.unit.fakes import FakeNetwork

# isort: split
import aws_cdk as cdk
from aws_cdk.assertions import Template

from ecs_platform.capacity.ec2_capacity import Ec2Capacity
from ecs_platform.capacity.image import Ec2Image
from ecs_platform.cluster import Cluster
from ecs_platform.network.reach import AwsService


class Built:
    """A capacity in a stack of its own, with the template it makes."""

    def __init__(self, **options: Any) -> None:
        app = new_app()
        environment = cdk.Environment(account="111122223333", region="eu-central-1")
        self.stack = cdk.Stack(app, "stack", env=environment)
        self.network = FakeNetwork(self.stack)
        self.cluster = Cluster(self.stack, "Cluster", network=self.network)
        self.capacity = Ec2Capacity(
            self.stack,
            "Capacity",
            cluster=self.cluster,
            network=self.network,
            **{
                "image": Ec2Image(),
                "instance_types": ["m7g.large"],
                "max_instances": 4,
                # What needs a stack is given as a function of it.
                **{name: each(self.stack) if callable(each) else each for name, each in options.items()},
            },
        )
        self.template: dict[str, Any] = dict(Template.from_stack(self.stack).to_json())

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """The resources of a type, by logical id."""
        return {id_: each for id_, each in self.template["Resources"].items() if each["Type"] == kind}

    def only(self, kind: str) -> dict[str, Any]:
        """The one resource of a type."""
        (resource,) = self.all(kind).values()
        return resource

    def properties(self, kind: str) -> dict[str, Any]:
        """What the one resource of a type says."""
        return self.only(kind)["Properties"]

    @property
    def launch(self) -> dict[str, Any]:
        """What instances are launched with."""
        return self.properties("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]

    @property
    def group(self) -> dict[str, Any]:
        """What the Auto Scaling group says."""
        return self.properties("AWS::AutoScaling::AutoScalingGroup")

    @property
    def role(self) -> dict[str, Any]:
        """The instances' role."""
        (role,) = (each for id_, each in self.all("AWS::IAM::Role").items() if id_.startswith("CapacityRole"))
        return role["Properties"]

    @property
    def statements(self) -> dict[str, Any]:
        """What the instances may do, by the statements' ids."""
        (policy,) = self.role["Policies"]
        return {statement["Sid"]: statement for statement in policy["PolicyDocument"]["Statement"]}

    @property
    def user_data(self) -> list[str]:
        """The lines of the instances' user data, with what is known later as its reference."""
        parts = self.launch["UserData"]["Fn::Base64"]["Fn::Join"][1]
        return "".join(part if isinstance(part, str) else f"<{part['Ref']}>" for part in parts).splitlines()

    @property
    def reached(self) -> set[AwsService]:
        """What the network was asked for."""
        return self.network.reached


@cache
def default() -> Built:
    """With nothing but what must be said."""
    return Built()
