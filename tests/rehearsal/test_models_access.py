"""Roles and policies, keys, functions."""

import json
from typing import Any

import pytest

from rehearsal.in_process import InProcessAws, StackError
from tests.rehearsal.functions import function
from tests.rehearsal.templates import Resources, att, ref, resource, template

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def allow(*actions: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}],
    }


def role(**properties: Any) -> dict[str, Any]:
    usual = {"RoleName": "task", "AssumeRolePolicyDocument": TRUST}
    return resource("AWS::IAM::Role", **{**usual, **properties})


def inline(aws: InProcessAws) -> dict[str, list[str]]:
    """Actions of each inline policy of the role."""
    iam = aws.client("iam")
    return {
        name: iam.get_role_policy(RoleName="task", PolicyName=name)["PolicyDocument"]["Statement"][0][
            "Action"
        ]
        for name in iam.list_role_policies(RoleName="task")["PolicyNames"]
    }


def attached(aws: InProcessAws) -> list[str]:
    found = aws.client("iam").list_attached_role_policies(RoleName="task")["AttachedPolicies"]
    return [policy["PolicyName"] for policy in found]


def test_a_roles_policies_change_in_place(aws: InProcessAws) -> None:
    managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    before = role(
        Policies=[{"PolicyName": "one", "PolicyDocument": allow("s3:Get*")}], ManagedPolicyArns=[managed]
    )
    after = role(
        Policies=[{"PolicyName": "two", "PolicyDocument": allow("s3:List*")}],
        Tags=[{"Key": "a", "Value": "b"}],
    )
    aws.deploy("s", template({"Role": before}, Arn=att("Role", "Arn"), Id=att("Role", "RoleId")))
    assert inline(aws) == {"one": ["s3:Get*"]}
    assert attached(aws) == ["AWSLambdaBasicExecutionRole"]
    assert aws.outputs("s")["Arn"] == "arn:aws:iam::123456789012:role/task"

    aws.deploy("s", template({"Role": after}, Arn=att("Role", "Arn")))
    assert inline(aws) == {"two": ["s3:List*"]}
    assert attached(aws) == []
    assert aws.client("iam").list_role_tags(RoleName="task")["Tags"] == [{"Key": "a", "Value": "b"}]

    aws.destroy("s")
    assert aws.client("iam").list_roles()["Roles"] == []


def test_a_managed_policy_that_aws_does_not_have_is_refused(aws: InProcessAws) -> None:
    arn = "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRoll"
    with pytest.raises(StackError, match="AWSLambdaBasicExecutionRoll does not exist"):
        aws.deploy("s", template({"Role": role(ManagedPolicyArns=[arn])}))


def test_policies_of_their_own_come_and_go(aws: InProcessAws) -> None:
    def policies(action: str, name: str) -> Resources:
        roles = {"Roles": [ref("Role")]}
        return {
            "Role": role(),
            "Policy": resource("AWS::IAM::Policy", PolicyName=name, PolicyDocument=allow(action), **roles),
            "Managed": resource("AWS::IAM::ManagedPolicy", PolicyDocument=allow(action), **roles),
        }

    aws.deploy("s", template(policies("s3:Get*", "one"), Arn=ref("Managed")))
    arn = aws.outputs("s")["Arn"]
    aws.deploy("s", template(policies("s3:List*", "two"), Arn=ref("Managed")))

    iam = aws.client("iam")
    assert inline(aws) == {"two": ["s3:List*"]}
    assert aws.outputs("s")["Arn"] == arn
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert document["Statement"][0]["Action"] == ["s3:List*"]
    assert len(attached(aws)) == 1

    aws.destroy("s")
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_a_key_rotates_and_its_policy_changes_in_place(aws: InProcessAws) -> None:
    def key(action: str) -> Resources:
        return {
            "Key": resource("AWS::KMS::Key", KeyPolicy=allow(action), EnableKeyRotation=True),
            "Alias": resource("AWS::KMS::Alias", AliasName="alias/exec", TargetKeyId=att("Key", "Arn")),
        }

    kms = aws.client("kms")
    aws.deploy("s", template(key("kms:Encrypt"), Id=ref("Key"), Arn=att("Key", "Arn")))
    id_ = aws.outputs("s")["Id"]
    assert kms.get_key_rotation_status(KeyId=id_)["KeyRotationEnabled"]
    assert kms.describe_key(KeyId="alias/exec")["KeyMetadata"]["KeyId"] == id_

    aws.deploy("s", template(key("kms:Decrypt"), Id=ref("Key")))
    assert aws.outputs("s")["Id"] == id_
    assert "kms:Decrypt" in kms.get_key_policy(KeyId=id_, PolicyName="default")["Policy"]

    aws.destroy("s")
    assert kms.describe_key(KeyId=id_)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert "alias/exec" not in json.dumps(kms.list_aliases()["Aliases"])


def test_a_function_changes_in_place(aws: InProcessAws) -> None:
    functions = aws.client("lambda")
    permission = resource(
        "AWS::Lambda::Permission",
        FunctionName=ref("Function"),
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )
    for timeout in (10, 20):
        resources = function(
            FunctionName="rules", Timeout=timeout, Tags=[{"Key": "a", "Value": str(timeout)}]
        )
        aws.deploy("s", template({**resources, "Permission": permission}))
        found = functions.get_function(FunctionName="rules")
        assert found["Configuration"]["Timeout"] == timeout
        assert found["Tags"] == {"a": str(timeout)}
    assert "events.amazonaws.com" in functions.get_policy(FunctionName="rules")["Policy"]

    aws.destroy("s")
    assert functions.list_functions()["Functions"] == []
