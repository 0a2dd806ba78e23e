"""Changes as a change set tells them: what CloudFormation calls conditional counts only where it happens."""

from typing import Any

import pytest

from operate.deploying.gate import Change, by_change_set, judge

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
SERVICE = "AWS::ECS::Service"
CODE_DEPLOY = {"DeploymentController": {"Type": "CODE_DEPLOY"}}


def detail(
    name: str,
    *,
    recreation: str = "Never",
    evaluation: str = "Static",
    cause: str = "",
    before: str | None = None,
    after: str | None = None,
    attribute: str = "Properties",
) -> dict[str, Any]:
    values = {"BeforeValue": before, "AfterValue": after}
    return {
        "Target": {
            "Attribute": attribute,
            "Name": name,
            "RequiresRecreation": recreation,
            **{key: value for key, value in values.items() if value is not None},
        },
        "Evaluation": evaluation,
        **({"ChangeSource": "ResourceAttribute", "CausingEntity": cause} if cause else {}),
    }


def change(
    logical_id: str, kind: str, *details: Any, action: str = "Modify", replacement: str = "False"
) -> dict[str, Any]:
    return {
        "Type": "Resource",
        "ResourceChange": {
            "Action": action,
            "LogicalResourceId": logical_id,
            "ResourceType": kind,
            "Replacement": replacement,
            "Details": list(details),
        },
    }


def read(*described: Any, template: dict[str, Any] | None = None) -> dict[str, Change]:
    resources = {"Resources": template or {}}
    return {each.logical_id: each for each in by_change_set("s", described, resources, resources)}


def test_a_replacement_that_is_certain() -> None:
    group = change("G", GROUP, detail("Port", recreation="Always"), replacement="True")
    assert read(group)["G"].replaced
    (finding,) = judge(list(read(group).values()))
    assert finding.says.startswith("Would be replaced by its Port")


def test_a_reference_to_what_changes_in_place_replaces_nothing() -> None:
    vpc = change("V", "AWS::EC2::VPC", detail("EnableDnsSupport"))
    group = change(
        "G",
        GROUP,
        detail("VpcId", recreation="Always", evaluation="Dynamic", cause="V"),
        replacement="Conditional",
    )
    assert not read(vpc, group)["G"].replaced
    assert read(vpc, group)["G"].properties == frozenset()
    assert not judge(list(read(vpc, group).values()))


def test_a_reference_to_what_is_replaced_is_followed_all_the_way() -> None:
    vpc = change("V", "AWS::EC2::VPC", detail("CidrBlock", recreation="Always"), replacement="True")
    group = change(
        "G",
        GROUP,
        detail("VpcId", recreation="Always", evaluation="Dynamic", cause="V.VpcId"),
        replacement="Conditional",
    )
    listener = change(
        "L",
        "AWS::ElasticLoadBalancingV2::Listener",
        detail("LoadBalancerArn", recreation="Always", evaluation="Dynamic", cause="G.Arn"),
        replacement="Conditional",
    )
    # In an order that no single pass over them could follow.
    assert [each.replaced for each in read(listener, group, vpc).values()] == [True, True, True]


def test_a_condition_that_cloudformation_knows_the_value_of() -> None:
    known = detail("Port", recreation="Conditionally", before="80", after="81")
    same = detail("Port", recreation="Conditionally", before="80", after="80")
    assert read(change("G", GROUP, known, replacement="Conditional"))["G"].replaced
    assert not read(change("G", GROUP, same, replacement="Conditional"))["G"].replaced


def test_a_custom_resource_may_answer_with_another_value() -> None:
    custom = change("C", "Custom::Anything", detail("Input"))
    service = change("S", SERVICE, detail("NetworkConfiguration", evaluation="Dynamic", cause="C.SubnetId"))
    template = {"S": {"Type": SERVICE, "Properties": CODE_DEPLOY}}
    (finding,) = judge(list(read(custom, service, template=template).values()))
    assert finding.says.startswith("Writes NetworkConfiguration")


def test_a_security_group_that_changes_in_place_is_no_write_of_the_service() -> None:
    group = change("SG", "AWS::EC2::SecurityGroup", detail("SecurityGroupEgress"))
    service = change("S", SERVICE, detail("NetworkConfiguration", evaluation="Dynamic", cause="SG.GroupId"))
    template = {"S": {"Type": SERVICE, "Properties": CODE_DEPLOY}}
    assert not judge(list(read(group, service, template=template).values()))


@pytest.mark.parametrize(
    ("given", "is_read_as"),
    [("Add", "Add"), ("Remove", "Remove"), ("Import", "Modify"), ("Dynamic", "Modify")],
)
def test_actions(given: str, is_read_as: str) -> None:
    assert read(change("G", GROUP, action=given))["G"].action == is_read_as


def test_tags_are_no_property() -> None:
    tags = detail("", attribute="Tags")
    assert read(change("S", SERVICE, tags))["S"].properties == frozenset()
