"""The outage that CloudFormation's own listener rule makes after a swap, and the same story with ours.

Templates are synthesized from the constructs and deployed to moto. Ours runs the real function: its code
comes out of the asset, its requests and answers go through the rehearsal's model of custom resources.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from ecs_platform.load_balancer.listener_rule import ListenerRule, ListenerRules, RuleRole
from rehearsal.models import install
from tests.synthesis import new_app

REGION = "eu-central-1"
BUCKET = f"cdk-hnb659fds-assets-{DEFAULT_ACCOUNT_ID}-{REGION}"


class Base:
    """What both stories stand on: two listeners and a test listener, two target groups."""

    def __init__(self) -> None:
        self.app = new_app()
        self.stack = cdk.Stack(
            self.app,
            "dev",
            env=cdk.Environment(account=DEFAULT_ACCOUNT_ID, region=REGION),
            synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        there = ec2_backends[DEFAULT_ACCOUNT_ID][REGION]
        subnets = [subnet for zone in there.subnets.values() for subnet in zone.values()]
        vpc = ec2.Vpc.from_vpc_attributes(
            self.stack,
            "Vpc",
            vpc_id=next(iter(there.vpcs)),
            availability_zones=[subnet.availability_zone for subnet in subnets],
            private_subnet_ids=[subnet.id for subnet in subnets],
            private_subnet_route_table_ids=["rtb-1" for _ in subnets],
        )
        self.balancer = elbv2.ApplicationLoadBalancer(self.stack, "Alb", vpc=vpc)
        self.listeners = {
            port: self.balancer.add_listener(
                f"On{port}",
                port=port,
                protocol=elbv2.ApplicationProtocol.HTTP,
                default_action=elbv2.ListenerAction.fixed_response(404),
                open=False,
            )
            for port in (80, 8080, 9000)
        }
        self.blue, self.green = (
            elbv2.ApplicationTargetGroup(
                self.stack, name, vpc=vpc, port=8080, target_type=elbv2.TargetType.IP
            )
            for name in ("Blue", "Green")
        )

    def deploy(self) -> None:
        """As `cdk deploy` does: assets first, then the stack."""
        assembly = self.app.synth()
        upload_assets(Path(assembly.directory))
        template = json.dumps(assembly.get_stack_by_name("dev").template)
        cloudformation = boto3.client("cloudformation", region_name=REGION)
        names = [stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]]
        change = cloudformation.update_stack if "dev" in names else cloudformation.create_stack
        change(StackName="dev", TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
        (stack,) = cloudformation.describe_stacks(StackName="dev")["Stacks"]
        assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), events(cloudformation)


def own(*paths: str) -> Base:
    """CloudFormation's own rule, as CDK writes it for two groups."""
    base = Base()
    elbv2.ApplicationListenerRule(
        base.stack,
        "Rule",
        listener=base.listeners[80],
        priority=10,
        conditions=[elbv2.ListenerCondition.path_patterns(list(paths))],
        action=elbv2.ListenerAction.weighted_forward(
            [
                elbv2.WeightedTargetGroup(target_group=base.blue, weight=100),
                elbv2.WeightedTargetGroup(target_group=base.green, weight=0),
            ]
        ),
    )
    return base


def ours(*, port: int = 80, priority: int = 10, paths: tuple[str, ...] = ("/hello",), note: str = "") -> Base:
    """A production rule and a test rule of this library."""
    base = Base()
    rules = ListenerRules(base.stack, "Rules", load_balancer=base.balancer)
    for id_, role, on in (("Production", RuleRole.PRODUCTION, port), ("Test", RuleRole.TEST, 9000)):
        ListenerRule(
            base.stack,
            id_,
            rules=rules,
            listener=base.listeners[on],
            role=role,
            priority=priority,
            paths=paths,
            blue=base.blue,
            green=base.green,
        )
    cdk.CfnOutput(base.stack, "Note", value=note or "nothing")
    return base


def upload_assets(assembly: Path) -> None:
    """Into the bootstrap bucket, under the names that the template uses."""
    manifest = json.loads((assembly / "dev.assets.json").read_text())
    s3 = boto3.client("s3", region_name=REGION)
    for file in manifest["files"].values():
        if file["source"]["packaging"] == "zip":
            folder = assembly / file["source"]["path"]
            zipped = io.BytesIO()
            with zipfile.ZipFile(zipped, "w") as archive:
                for source in sorted(folder.rglob("*.py")):
                    archive.write(source, source.relative_to(folder))
            (where,) = file["destinations"].values()
            s3.put_object(Bucket=BUCKET, Key=where["objectKey"], Body=zipped.getvalue())


def events(cloudformation: Any) -> list[str]:
    """Why a deployment failed."""
    found = cloudformation.describe_stack_events(StackName="dev")["StackEvents"]
    return [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in found]


@pytest.fixture(scope="module", autouse=True)
def _on_moto() -> Iterator[None]:
    with mock_aws():
        install()
        boto3.client("s3", region_name=REGION).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield


@pytest.fixture
def _clean() -> Iterator[None]:
    yield
    boto3.client("cloudformation", region_name=REGION).delete_stack(StackName="dev")


def _rules() -> dict[int, tuple[str, list[str], list[int]]]:
    """By port: priority, paths and weights of the one rule there."""
    elb = boto3.client("elbv2", region_name=REGION)
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    found: dict[int, tuple[str, list[str], list[int]]] = {}
    for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
        for rule in elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
            if not rule["IsDefault"]:
                groups = rule["Actions"][0]["ForwardConfig"]["TargetGroups"]
                paths = rule["Conditions"][0]["PathPatternConfig"]["Values"]
                weights = [int(group["Weight"]) for group in groups]
                assert listener["Port"] not in found
                found[listener["Port"]] = (str(rule["Priority"]), paths, weights)
    return found


def _swap(blue: int, green: int) -> None:
    """As CodeDeploy does it: ModifyRule with new weights, for every rule of the pair."""
    elb = boto3.client("elbv2", region_name=REGION)
    (balancer,) = elb.describe_load_balancers()["LoadBalancers"]
    for listener in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
        for rule in elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]:
            if not rule["IsDefault"]:
                (action,) = rule["Actions"]
                groups = action["ForwardConfig"]["TargetGroups"]
                for group, weight in zip(groups, (blue, green), strict=True):
                    group["Weight"] = weight
                forward = {"TargetGroups": groups}
                elb.modify_rule(
                    RuleArn=rule["RuleArn"], Actions=[{"Type": "forward", "ForwardConfig": forward}]
                )


@pytest.mark.usefixtures("_clean")
def test_cloudformations_own_rule_sends_users_back_to_the_old_tasks() -> None:
    own("/hello").deploy()
    assert _rules() == {80: ("10", ["/hello"], [100, 0])}

    _swap(0, 100)
    own("/hello", "/hello/*").deploy()

    assert _rules() == {80: ("10", ["/hello", "/hello/*"], [100, 0])}


@pytest.mark.usefixtures("_clean")
def test_our_rule_leaves_users_where_the_deployment_put_them() -> None:
    ours().deploy()
    assert _rules() == {80: ("10", ["/hello"], [100, 0]), 9000: ("10", ["/hello"], [100, 0])}

    _swap(30, 70)
    more = ("/hello", "/hello/*")
    for change, port, priority, paths in [
        (ours(note="an unrelated change"), 80, "10", ["/hello"]),
        (ours(paths=more), 80, "10", ["/hello", "/hello/*"]),
        (ours(paths=more, priority=20), 80, "20", ["/hello", "/hello/*"]),
        (ours(port=8080), 8080, "10", ["/hello"]),
    ]:
        change.deploy()
        assert _rules() == {port: (priority, paths, [30, 70]), 9000: (priority, paths, [30, 70])}

    boto3.client("cloudformation", region_name=REGION).delete_stack(StackName="dev")
    # Nobody can delete a group that a rule still forwards to.
    assert boto3.client("elbv2", region_name=REGION).describe_target_groups()["TargetGroups"] == []
