"""What deployments of an environment may do: enough for every template, nothing of another environment."""

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint
import pytest

from environments import ENVIRONMENTS
from environments.model import Environment
from operate.deploying.execution_policy import Bounds, boundary, execution_policies, size, template, unknown
from operate.deploying.permissions import PARTS
from operate.problem import OperateError
from rehearsal.engine.schema import _folder, _index
from tests.operate.iam import allows
from tests.synthesis import Templates

ACCOUNT = "222222222222"
EVERY_TYPE = sorted(type_ for part in PARTS.values() for type_ in part)
ROLE = f"arn:aws:iam::{ACCOUNT}:role"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy"
BOUNDARY = f"{POLICY}/cdk-production-boundary"

# What the handlers can do and these templates never ask for.
_NEVER = (
    "acm-pca:*",  # private certificate authorities
    "amplify:*",
    "apigateway:*",
    "apprunner:*",
    "appsync:*",
    "bedrock-agentcore:*",
    "cognito-idp:*",
    "elasticfilesystem:*",
    "firehose:*",
    "payments:*",
    "s3files:*",
    "s3tables:*",
    "vpc-lattice:*",
    "autoscaling:DescribeTags",  # flow logs of Auto Scaling groups
    "codedeploy:CreateDeployment",  # a deployment while the group is made, for EC2
    "codedeploy:GetDeployment",
    "codedeploy:RegisterApplicationRevision",
    "codedeploy:RegisterOnPremisesInstance",
    "codedeploy:StopDeployment",
    "ec2:AcceptAddressTransfer",
    "ec2:AssignPrivateNatGatewayAddress",
    "ec2:AssociateNatGatewayAddress",
    "ec2:AssociateSubnetCidrBlock",  # IPv6
    "ec2:AssociateVerifiedAccessInstanceWebAcl",
    "ec2:AttachVpnGateway",
    "ec2:CreateVpcEncryptionControl",
    "ec2:DescribeIpamPools",
    "ec2:DescribeVerifiedAccessInstanceWebAclAssociations",
    "ec2:DetachVpnGateway",
    "ec2:DisassociateNatGatewayAddress",
    "ec2:DisassociateSubnetCidrBlock",
    "ec2:DisassociateVerifiedAccessInstanceWebAcl",
    "ec2:GetVerifiedAccessInstanceWebAcl",
    "ec2:UnassignPrivateNatGatewayAddress",
    "ecs:PutAccountSetting*",  # Container Insights as the account's default
    "elasticloadbalancing:CreateWebACLAssociation",  # under these names there is no action of IAM
    "elasticloadbalancing:DeleteWebACLAssociation",
    "elasticloadbalancing:GetLoadBalancerWebACL",
    "elasticloadbalancing:DeregisterTargets",  # ECS registers the targets
    "elasticloadbalancing:RegisterTargets",
    "elasticloadbalancing:ModifyCapacityReservation",
    "elasticloadbalancing:ModifyIpPools",
    "iam:DeleteGroupPolicy",  # policies of roles alone
    "iam:DeleteUserPolicy",
    "iam:GetGroupPolicy",
    "iam:GetUserPolicy",
    "iam:PutGroupPolicy",
    "iam:PutUserPolicy",
    "iam:DeleteRolePermissionsBoundary",  # never
    "iam:DescribeOrganization",  # no action of IAM
    "kms:CreateGrant",  # keys of one's own for images and functions
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:RetireGrant",
    "lambda:AssociateRuntimeAlias",  # no action of IAM
    "lambda:DeleteFunctionCodeSigningConfig",
    "lambda:DeleteProvisionedConcurrencyConfig",
    "lambda:GetCodeSigningConfig",
    "lambda:GetFunctionScalingConfig",
    "lambda:GetLayerVersion",
    "lambda:GetProvisionedConcurrencyConfig",
    "lambda:PassCapacityProvider",
    "lambda:PutFunctionCodeSigningConfig",
    "lambda:PutFunctionScalingConfig",
    "lambda:PutProvisionedConcurrencyConfig",
    "logs:DeleteResourcePolicy",
    "logs:PutBearerTokenAuthentication",
    "s3:DeleteBucketA*",  # analytics, replication and so on of a bucket
    "s3:DeleteBucketC*",
    "s3:DeleteBucketE*",
    "s3:DeleteBucketL*",
    "s3:DeleteBucketM*",
    "s3:DeleteBucketR*",
    "s3:DeleteBucketW*",
    "s3:CreateBucketMetadata*",
    "s3:DeleteObject",
    "s3:PutA*",
    "s3:PutI*",
    "s3:PutM*",
    "s3:PutO*",
    "s3:PutReplicationConfiguration",
    "s3:REST.PUT.OBJECT",
    "s3:UpdateBucketMetadata*",
    "vpce:AllowMultiRegion",
)
# Rights that flow logs and web ACLs need only where they write to buckets.
_NEVER_BY_TYPE = {
    # Rules publish, and topics deliver, without a role; AWS says that one may be in the way.
    "AWS::Events::Rule": {"iam:PassRole"},
    "AWS::SNS::Subscription": {"iam:GetRole", "iam:PassRole", "sns:ListSubscriptions"},
    "AWS::SNS::Topic": {"iam:GetRole", "iam:PassRole", "sns:PutDataProtectionPolicy"},
    "AWS::EC2::FlowLog": {"s3:GetBucketPolicy", "s3:PutBucketPolicy"},
    "AWS::WAFv2::LoggingConfiguration": {"s3:GetBucketPolicy", "s3:PutBucketPolicy"},
    "AWS::ECR::Repository": {"kms:DescribeKey"},  # keys of one's own
    "AWS::Lambda::Function": {"kms:DescribeKey"},
    "AWS::S3::Bucket": {"iam:PassRole"},  # replication
    "AWS::S3::BucketPolicy": {"s3:ListAllMyBuckets"},
    "AWS::Logs::LogGroup": {"logs:CreateLogDelivery", "logs:PutResourcePolicy"},
}


@cache
def _actions() -> Mapping[str, Mapping[str, Any]]:
    """Every action of AWS with the resources it takes, as cfn-lint ships them."""
    text = (Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json").read_text()
    return {
        f"{service}:{name}".lower(): action
        for service, described in json.loads(text).items()
        for name, action in described["Actions"].items()
    }


def bounds_of(environments: Mapping[str, Environment], name: str) -> Bounds:
    others = [each for each in ENVIRONMENTS if each != name]
    return Bounds(environment=environments[name], account=ACCOUNT, others=others)


@pytest.fixture(scope="module")
def production(environments: Mapping[str, Environment]) -> Bounds:
    return bounds_of(environments, "production")


@pytest.fixture(scope="module")
def may(production: Bounds) -> Callable[..., bool]:
    policies = list(execution_policies(EVERY_TYPE, production).values())
    bound = boundary(production)
    return lambda action, resource="*", **context: allows(policies, bound, action, resource, **context)


@pytest.mark.parametrize("name", ["staging", "production"])
def test_every_type_of_every_template_has_its_line(name: str, templates: Callable[[str], Templates]) -> None:
    types = {
        "AWS::CloudFormation::CustomResource" if each["Type"].startswith("Custom::") else each["Type"]
        for found in templates(name).values()
        for each in found["Resources"].values()
    }
    assert len(types) > 30
    assert unknown(types) == []


@pytest.mark.parametrize("type_", EVERY_TYPE)
def test_the_table_has_what_the_handlers_of_the_schema_ask_for(type_: str) -> None:
    if type_ not in _index():
        assert type_ == "AWS::CloudFormation::CustomResource"
        return
    schema = json.loads((_folder() / "resources" / f"{_index()[type_]}.json").read_text())
    asked = {
        action
        for handler in schema.get("handlers", {}).values()
        for action in handler.get("permissions", [])
        if not any(fnmatchcase(action, each) for each in _NEVER)
        and action not in _NEVER_BY_TYPE.get(type_, set())
    }
    granted = {
        "Statement": [
            {"Effect": "Allow", "Action": actions.split(), "Resource": "*"}
            for part in PARTS.values()
            for actions in part.get(type_, {}).values()
        ]
    }
    anything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    assert [action for action in sorted(asked) if not allows([granted], anything, action)] == []


def test_every_action_exists_and_takes_what_it_is_limited_to() -> None:
    wrong: list[str] = []
    for part in PARTS.values():
        for type_, needs in part.items():
            for scope, actions in needs.items():
                for action in actions.split():
                    found = _actions().get(action.lower())
                    if "*" in action:
                        continue
                    if found is None:
                        wrong.append(f"{type_}: there is no {action}")
                    elif not found.get("Resources") and scope.resources != ("*",):
                        wrong.append(f"{type_}: {action} takes no resource")
    assert wrong == []


def test_each_policy_fits(production: Bounds) -> None:
    for part, document in execution_policies(EVERY_TYPE, production).items():
        assert size(document) <= 6144, part
    assert size(boundary(production)) <= 6144


def test_only_what_the_templates_hold_is_allowed(production: Bounds) -> None:
    text = json.dumps(execution_policies(["AWS::EC2::VPC"], production))
    assert "ec2:CreateVpc" in text
    assert "ecs:" not in text
    assert "iam:" not in text


def test_an_unknown_type_is_refused_by_name(production: Bounds) -> None:
    with pytest.raises(OperateError, match="what CloudFormation needs for AWS::DynamoDB::Table") as refused:
        execution_policies(["AWS::EC2::VPC", "AWS::DynamoDB::Table"], production)
    assert "operate/deploying/permissions/" in (refused.value.next_step or "")


def test_names_of_the_environment_alone(may: Callable[..., bool]) -> None:
    ecr = f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository"
    assert may("ecr:CreateRepository", f"{ecr}/production/hello")
    assert not may("ecr:CreateRepository", f"{ecr}/staging/hello")
    function = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function"
    assert may("lambda:InvokeFunction", f"{function}:production-platform-Rules-1")
    assert not may("lambda:InvokeFunction", f"{function}:staging-platform-Rules-1")
    parameter = f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/cdk-bootstrap"
    assert may("ssm:GetParameters", f"{parameter}/production/version")
    assert not may("ssm:GetParameters", f"{parameter}/staging/version")


def test_the_region_of_the_environment_alone(may: Callable[..., bool]) -> None:
    assert may("ec2:CreateVpc", aws__RequestedRegion="eu-central-1")
    assert not may("ec2:CreateVpc", aws__RequestedRegion="eu-west-1")


def test_nothing_that_carries_another_environments_tag(may: Callable[..., bool]) -> None:
    here = {"aws__RequestedRegion": "eu-central-1"}
    assert may("ec2:DeleteVpc", **here, aws__ResourceTag___environment="production")
    assert not may("ec2:DeleteVpc", **here, aws__ResourceTag___environment="staging")


def test_roles_only_with_the_boundary(may: Callable[..., bool]) -> None:
    mine = f"{ROLE}/production-hello-Task-1"
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"):
        assert may(action, mine, iam__PermissionsBoundary=BOUNDARY)
        assert not may(action, mine)
        assert not may(action, mine, iam__PermissionsBoundary=f"{POLICY}/another")
        assert not may(action, f"{ROLE}/admin", iam__PermissionsBoundary=BOUNDARY)
    assert not may("iam:DeleteRolePermissionsBoundary", mine)


def test_roles_are_handed_to_the_services_of_the_templates_alone(may: Callable[..., bool]) -> None:
    mine = f"{ROLE}/production-hello-Task-1"
    assert may("iam:PassRole", mine, iam__PassedToService="ecs-tasks.amazonaws.com")
    assert may("iam:PassRole", mine, iam__PassedToService="lambda.amazonaws.com")
    assert not may("iam:PassRole", mine, iam__PassedToService="ec2.amazonaws.com")
    assert not may("iam:PassRole", f"{ROLE}/admin", iam__PassedToService="ecs-tasks.amazonaws.com")


def test_the_boundary_bounds_even_an_administrator(production: Bounds) -> None:
    admin = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    bound = boundary(production)

    def could(action: str, resource: str = "*", **context: str) -> bool:
        return allows([admin], bound, action, resource, **context)

    assert could("s3:GetObject", "arn:aws:s3:::anything/x")
    assert could("sts:AssumeRole", f"{ROLE}/production-job")
    assert not could("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/mallory")
    assert not could("iam:CreateRole", f"{ROLE}/production-x")
    assert not could("iam:CreatePolicyVersion", BOUNDARY)
    assert not could("sts:AssumeRole", f"{ROLE}/cdk-staging-deploy-role-{ACCOUNT}-eu-central-1")
    assert not could("organizations:LeaveOrganization")
    assert not could("ecs:UpdateService", "x", aws__ResourceTag___environment="dev")


def test_the_stack_names_its_policies_and_what_they_are_for(production: Bounds) -> None:
    made = template(["AWS::EC2::VPC", "AWS::IAM::Role"], production)
    names = {key: each["Properties"]["ManagedPolicyName"] for key, each in made["Resources"].items()}
    assert names == {
        "Boundary": "cdk-production-boundary",
        "DeployNetwork": "cdk-production-deploy-network",
        "DeployContainers": "cdk-production-deploy-containers",
        "DeployAccess": "cdk-production-deploy-access",
    }
    assert made["Outputs"]["ResourceTypes"]["Value"] == "AWS::EC2::VPC,AWS::IAM::Role"
