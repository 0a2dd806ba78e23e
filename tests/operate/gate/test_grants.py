"""Permissions of a role in a template, and which of them a new template takes away."""

from typing import Any

import pytest

from operate.deploying.gate.grants import MANAGED, Grant, grants, lost, text

KNOWN = {"AWS::AccountId": "111122223333", "AWS::Partition": "aws", "AWS::Region": "eu-central-1"}


def role(*statements: dict[str, Any], **properties: Any) -> dict[str, Any]:
    policies = [{"PolicyName": "P", "PolicyDocument": {"Statement": list(statements)}}] if statements else []
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies, **properties}}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def of(*statements: dict[str, Any]) -> frozenset[Grant]:
    return grants({"Resources": {"R": role(*statements)}}, "R", KNOWN)


def test_inline_attached_and_managed_policies_are_all_read() -> None:
    template = {
        "Resources": {
            "R": role(allow("a:1"), ManagedPolicyArns=["arn:m"]),
            "Other": role(allow("a:5")),
            "P": {
                "Type": "AWS::IAM::Policy",
                "Properties": {"Roles": [{"Ref": "R"}], "PolicyDocument": {"Statement": allow("a:2", "x")}},
            },
            "Q": {
                "Type": "AWS::IAM::Policy",
                "Properties": {"Roles": [{"Ref": "Other"}], "PolicyDocument": {"Statement": [allow("a:3")]}},
            },
            "N": {
                "Type": "AWS::IAM::RolePolicy",
                "Properties": {"RoleName": {"Ref": "R"}, "PolicyDocument": {"Statement": [allow("a:4")]}},
            },
        }
    }
    assert sorted(grants(template, "R", KNOWN)) == [
        Grant(action="a:1", resource="*"),
        Grant(action="a:2", resource="x"),
        Grant(action="a:4", resource="*"),
        Grant(action=MANAGED, resource="arn:m"),
    ]
    assert grants(template, "Gone", KNOWN) == frozenset()


def test_a_denial_grants_nothing() -> None:
    assert of({"Effect": "Deny", "Action": "a:1", "Resource": "*"}) == frozenset()


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        ("plain", "plain"),
        ({"Ref": "AWS::AccountId"}, "111122223333"),
        ({"Ref": "Thing"}, "${Thing}"),
        ({"Fn::GetAtt": ["Thing", "Arn"]}, "${Thing.Arn}"),
        ({"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}, {"Ref": "T"}]]}, "arn:aws:${T}"),
        ({"Fn::Sub": "a/${AWS::Region}/${T}"}, "a/eu-central-1/${T}"),
        ({"Fn::ImportValue": "x:y"}, '${("Fn::ImportValue": "x:y")}'),
    ],
)
def test_values_of_templates_as_text(value: Any, reads: str) -> None:
    assert text(value, KNOWN) == reads


def test_other_words_for_the_same_permission_lose_nothing() -> None:
    before = of(allow(["s3:GetObject", "s3:PutObject"], ["arn:b/1", "arn:b/2"]))
    assert not lost(before, of(allow("s3:*", "arn:b/*")))
    assert not lost(
        before, of(*(allow(a, r) for a in ("s3:GetObject", "s3:PutObject") for r in ("arn:b/1", "arn:b/?")))
    )
    assert [grant.action for grant in lost(before, of(allow("s3:Get*", "*")))] == ["s3:PutObject"] * 2


def test_a_condition_narrows() -> None:
    narrow = of(allow("s3:GetObject", Condition={"Bool": {"x": "true"}}))
    wide = of(allow("s3:GetObject"))
    assert lost(wide, narrow) == [Grant(action="s3:GetObject", resource="*")]
    assert not lost(narrow, wide)
    assert not lost(narrow, narrow)


def test_what_only_cloudformation_knows_is_no_wildcard_for_another() -> None:
    before = of(allow("logs:Put", {"Fn::GetAtt": ["Old", "Arn"]}))
    after = of(allow("logs:Put", {"Fn::GetAtt": ["New", "Arn"]}))
    (gone,) = lost(before, after)
    assert gone.resource == "${Old.Arn}"
    assert gone.may_be("arn:anything")
    assert not Grant(action="a", resource="arn:${X}:secret:a").may_be("arn:aws:secret:b")
