"""The closed default security group: what the template asks for, and what the function does."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecs_platform.network import default_security_group_handler as function
from tests.unit.network.plan import resources, synthesized

GROUP = "sg-1"


class FakeEc2:
    """Holds the two rules of a new default security group, and answers as EC2 does."""

    def __init__(self, failure: str = "") -> None:
        self.rules = {"ingress", "egress"}
        self.failure = failure

    def revoke_security_group_ingress(self, **asked: Any) -> None:
        members = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": GROUP}]}
        assert asked == {"GroupId": GROUP, "IpPermissions": [members]}
        self._revoke("ingress")

    def revoke_security_group_egress(self, **asked: Any) -> None:
        everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        assert asked == {"GroupId": GROUP, "IpPermissions": [everywhere]}
        self._revoke("egress")

    def _revoke(self, rule: str) -> None:
        code = self.failure or ("" if rule in self.rules else "InvalidPermission.NotFound")
        if code:
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "Revoke")
        self.rules.remove(rule)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What CloudFormation was told."""
    told: list[dict[str, Any]] = []

    class Response:
        def close(self) -> None: ...

    def urlopen(request: Any, timeout: int) -> Response:
        assert (request.full_url, request.method) == ("https://answer.example/", "PUT")
        assert request.get_header("Content-type") == ""
        told.append(json.loads(request.data))
        return Response()

    monkeypatch.setattr(function.urllib.request, "urlopen", urlopen)
    return told


def send(monkeypatch: pytest.MonkeyPatch, ec2: FakeEc2, kind: str) -> None:
    """One event of CloudFormation to the function."""
    monkeypatch.setattr(function.boto3, "client", lambda _service: ec2)
    event = {
        "RequestType": kind,
        "ResponseURL": "https://answer.example/",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Rules",
        "ResourceProperties": {"SecurityGroupId": GROUP},
    }
    function.handler(event, None)


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_closes_the_group_and_says_so(
    monkeypatch: pytest.MonkeyPatch, answers: list[dict[str, Any]], kind: str
) -> None:
    ec2 = FakeEc2()
    send(monkeypatch, ec2, kind)
    assert ec2.rules == set()
    assert answers == [
        {
            "Status": "SUCCESS",
            "Reason": "Done",
            "PhysicalResourceId": GROUP,
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "Rules",
        }
    ]


def test_what_is_closed_already_is_fine(
    monkeypatch: pytest.MonkeyPatch, answers: list[dict[str, Any]]
) -> None:
    ec2 = FakeEc2()
    ec2.rules = {"egress"}  # a first attempt that broke off after the ingress rule
    send(monkeypatch, ec2, "Create")
    send(monkeypatch, ec2, "Update")
    assert ec2.rules == set()
    assert [answer["Status"] for answer in answers] == ["SUCCESS", "SUCCESS"]


def test_delete_leaves_the_group_closed(
    monkeypatch: pytest.MonkeyPatch, answers: list[dict[str, Any]]
) -> None:
    ec2 = FakeEc2(failure="UnauthorizedOperation")  # it would fail if it called anything
    send(monkeypatch, ec2, "Delete")
    assert [answer["Status"] for answer in answers] == ["SUCCESS"]


def test_a_failure_is_answered_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, answers: list[dict[str, Any]]
) -> None:
    send(monkeypatch, FakeEc2(failure="UnauthorizedOperation"), "Create")
    (answer,) = answers
    assert answer["Status"] == "FAILED"
    assert "UnauthorizedOperation" in answer["Reason"]


def test_the_function_is_run_for_the_default_group_of_the_vpc() -> None:
    template = synthesized()
    (vpc,) = resources(template, "AWS::EC2::VPC")
    ((function_id, properties),) = resources(template, "AWS::Lambda::Function").items()
    template.has_resource_properties(
        "Custom::ClosedDefaultSecurityGroup",
        {
            "ServiceToken": {"Fn::GetAtt": [function_id, "Arn"]},
            "ServiceTimeout": "300",
            "SecurityGroupId": {"Fn::GetAtt": [vpc, "DefaultSecurityGroup"]},
        },
    )
    compile(properties["Code"]["ZipFile"], "index.py", "exec")
    assert "def handler(" in properties["Code"]["ZipFile"]
    assert properties["Handler"] == "index.handler"


def test_the_function_may_revoke_rules_of_that_group_and_write_its_log() -> None:
    template = synthesized()
    (vpc,) = resources(template, "AWS::EC2::VPC")
    (properties,) = resources(template, "AWS::Lambda::Function").values()
    log_group = properties["LoggingConfig"]["LogGroup"]["Ref"]
    role = resources(template, "AWS::IAM::Role")[properties["Role"]["Fn::GetAtt"][0]]
    group_arn = [
        "arn:aws:ec2:eu-central-1:111122223333:security-group/",
        {"Fn::GetAtt": [vpc, "DefaultSecurityGroup"]},
    ]
    assert "ManagedPolicyArns" not in role
    assert [policy["PolicyDocument"]["Statement"] for policy in role["Policies"]] == [
        [
            {
                "Effect": "Allow",
                "Action": ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"],
                "Resource": {"Fn::Join": ["", group_arn]},
            },
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": {"Fn::GetAtt": [log_group, "Arn"]},
            },
        ]
    ]
