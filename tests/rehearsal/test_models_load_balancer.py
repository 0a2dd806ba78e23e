"""Load balancers, target groups, listeners, and CloudFormation's own listener rule."""

from typing import Any

import pytest

from rehearsal.in_process import InProcessAws, StackError
from rehearsal.inventory.traffic import load_balancers, target_groups
from tests.rehearsal.templates import att, template
from tests.rehearsal.traffic import listener, load_balancer, rule


def attributes(**values: str) -> dict[str, Any]:
    return {
        "LoadBalancerAttributes": [
            {"Key": name.replace("__", "."), "Value": value} for name, value in values.items()
        ]
    }


def test_it_exists_with_its_attributes_and_goes(aws: InProcessAws) -> None:
    drop = attributes(routing__http__drop_invalid_header_fields__enabled="true")
    name, zone = att("Balancer", "LoadBalancerFullName"), att("Balancer", "CanonicalHostedZoneID")
    group = att("Blue", "TargetGroupFullName")
    aws.deploy("s", template(load_balancer(**drop), Name=name, Zone=zone, Group=group))

    elb = aws.client("elbv2")
    (found,) = load_balancers(elb)
    assert (found.scheme, found.zones) == ("internet-facing", ["eu-central-1a", "eu-central-1b"])
    assert found.url.startswith(f"http://{found.name}")
    assert [(item.port, item.rules[0].answer) for item in found.listeners] == [(80, "answer 404")]
    outputs = aws.outputs("s")
    assert outputs["Name"].startswith(f"app/{found.name}/")
    assert outputs["Zone"]
    assert outputs["Group"].startswith("targetgroup/s-Blue-")
    arn = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    shown = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    assert {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"} in shown

    aws.destroy("s")
    assert load_balancers(elb) == []
    assert target_groups(elb) == []


def test_deletion_protection_protects(aws: InProcessAws) -> None:
    aws.deploy("s", template(load_balancer(**attributes(deletion_protection__enabled="true"))))
    with pytest.raises(StackError, match="cannot be deleted because deletion protection is enabled"):
        aws.destroy("s")


def test_protection_can_be_taken_away_first(aws: InProcessAws) -> None:
    for value in ("true", "false"):
        aws.deploy("s", template(load_balancer(**attributes(deletion_protection__enabled=value))))
    aws.destroy("s")
    assert load_balancers(aws.client("elbv2")) == []


def test_a_port_has_one_listener(aws: InProcessAws) -> None:
    with pytest.raises(StackError, match="A listener already exists on this port"):
        aws.deploy("s", template({**load_balancer(), "Second": listener(80)}))


def test_a_health_check_changes_in_place_and_a_port_replaces(aws: InProcessAws) -> None:
    resources = load_balancer()
    aws.deploy("s", template(resources))
    elb = aws.client("elbv2")
    before = {group.arn for group in target_groups(elb)}

    resources["Blue"]["Properties"]["HealthCheckPath"] = "/ready"
    aws.deploy("s", template(resources))
    assert {group.arn for group in target_groups(elb)} == before
    assert {group.health_check_path for group in target_groups(elb)} == {"/ready", "/healthz"}

    resources["Blue"]["Properties"]["Port"] = 9090
    aws.deploy("s", template(resources))
    after = {group.arn for group in target_groups(elb)}
    assert len(after) == 2
    assert len(after & before) == 1


def test_attributes_of_a_target_group_are_stored(aws: InProcessAws) -> None:
    resources = load_balancer()
    delay = {"Key": "deregistration_delay.timeout_seconds", "Value": "30"}
    resources["Blue"]["Properties"]["TargetGroupAttributes"] = [delay]
    aws.deploy("s", template(resources, Arn={"Ref": "Blue"}))

    arn = aws.outputs("s")["Arn"]
    assert delay in aws.client("elbv2").describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]


def test_a_listener_changes_its_default_answer_in_place(aws: InProcessAws) -> None:
    resources = load_balancer()
    aws.deploy("s", template(resources))
    before = load_balancers(aws.client("elbv2"))[0].listeners[0]
    redirect = {
        "Type": "redirect",
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
    }
    aws.deploy("s", template({**resources, "Listener": listener(80, DefaultActions=[redirect])}))

    after = load_balancers(aws.client("elbv2"))[0].listeners[0]
    assert after.arn == before.arn
    assert after.rules[-1].answer == "redirect to HTTPS"


def test_cloudformations_own_rule_resets_live_weights(aws: InProcessAws) -> None:
    # What the swap-safe rule is for: the counter-proof.
    elb = aws.client("elbv2")

    def live() -> Any:
        return load_balancers(elb)[0].listeners[0].rules[0]

    aws.deploy("s", template({**load_balancer(), "Rule": rule("/old")}))
    before = live()
    blue, green = before.weights
    swapped = [{"TargetGroupArn": blue, "Weight": 0}, {"TargetGroupArn": green, "Weight": 100}]
    elb.modify_rule(
        RuleArn=before.arn, Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": swapped}}]
    )
    assert live().weights == {blue: 0, green: 100}

    aws.deploy("s", template({**load_balancer(), "Rule": rule("/new", priority=20)}))

    assert live().arn == before.arn
    assert (live().conditions, live().priority) == (["path-pattern /new"], "20")
    assert live().weights == {blue: 100, green: 0}
