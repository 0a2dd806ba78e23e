"""Who may call what through an endpoint. An empty place here is a hole, so every statement is spelled out."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.network.reach import AwsService
from tests.unit.network.plan import endpoints, network

ACCOUNT = "111122223333"
OURS_ALONE = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
GUARD_DUTY = "arn:aws:ecr:eu-central-1:*:repository/aws-guardduty-agent-fargate"


def statements(stack: cdk.Stack, service: AwsService, **options: Any) -> dict[str, dict[str, Any]]:
    """The policy of the service's endpoint: sid → statement without its sid."""
    network(stack, **options).reach(service)
    found = endpoints(Template.from_stack(stack))[service.value]["PolicyDocument"]["Statement"]
    return {each.pop("Sid"): each for each in found}


def allow(action: Any, resource: Any, condition: Any = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def test_every_endpoint_that_takes_a_policy_has_one_and_no_other_does(stack: cdk.Stack) -> None:
    network(stack).reach(*AwsService)
    without = {
        name for name, each in endpoints(Template.from_stack(stack)).items() if "PolicyDocument" not in each
    }
    assert without == {"ecs-agent", "ecs-telemetry"}


def test_admits_principals_of_this_account_and_no_others(stack: cdk.Stack) -> None:
    network(stack).reach(*AwsService)
    for name, endpoint in endpoints(Template.from_stack(stack)).items():
        for statement in endpoint.get("PolicyDocument", {"Statement": []})["Statement"]:
            if statement["Sid"] == "ImageLayers":
                continue  # signed by ECR, see below
            assert statement["Condition"]["StringEquals"]["aws:PrincipalAccount"] == ACCOUNT, name


@pytest.mark.parametrize("service", [AwsService.LOGS, AwsService.SSM_MESSAGES, AwsService.DYNAMODB])
def test_services_without_exceptions(stack: cdk.Stack, service: AwsService) -> None:
    assert statements(stack, service) == {"OurPrincipals": allow("*", "*", OURS_ALONE)}


def test_s3_reaches_our_buckets_and_the_layers_of_images(stack: cdk.Stack) -> None:
    ours = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT}}
    layers = "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"
    assert statements(stack, AwsService.S3) == {
        "OurPrincipalsOurBuckets": allow("s3:*", "*", ours),
        "ImageLayers": allow("s3:GetObject", layers),
    }


def test_other_buckets(stack: cdk.Stack) -> None:
    found = statements(stack, AwsService.S3, other_buckets=["partner", "archive"])
    assert list(found) == ["OurPrincipalsOurBuckets", "ImageLayers", "OtherBuckets"]
    assert found["OtherBuckets"] == allow(
        "s3:*",
        ["arn:aws:s3:::archive", "arn:aws:s3:::archive/*", "arn:aws:s3:::partner", "arn:aws:s3:::partner/*"],
        OURS_ALONE,
    )


@pytest.mark.parametrize("service", [AwsService.ECR_API, AwsService.ECR_DKR])
def test_ecr_reaches_our_repositories_and_pulls_the_agent_of_guardduty(
    stack: cdk.Stack, service: AwsService
) -> None:
    assert statements(stack, service) == {
        "Tokens": allow("ecr:GetAuthorizationToken", "*", OURS_ALONE),
        "OurRepositories": allow("ecr:*", f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/*", OURS_ALONE),
        "PullOnly": allow(PULL, GUARD_DUTY, OURS_ALONE),
    }


def test_other_repositories_are_for_pulling(stack: cdk.Stack) -> None:
    other = "arn:aws:ecr:eu-central-1:444455556666:repository/*"
    found = statements(stack, AwsService.ECR_DKR, other_repositories=[other])
    assert found["PullOnly"] == allow(PULL, sorted([GUARD_DUTY, other]), OURS_ALONE)


def test_an_account_known_at_deployment_only(app: cdk.App) -> None:
    stack = cdk.Stack(app, "wherever", env=cdk.Environment(region="eu-central-1"))
    network(stack).reach(AwsService.ECR_API, AwsService.LOGS)
    found = endpoints(Template.from_stack(stack))
    here = {"Ref": "AWS::AccountId"}
    for service in ("s3", "ecr.api", "logs"):
        first = found[service]["PolicyDocument"]["Statement"][0]
        assert first["Condition"]["StringEquals"]["aws:PrincipalAccount"] == here
    repositories = found["ecr.api"]["PolicyDocument"]["Statement"][1]["Resource"]
    assert repositories == {"Fn::Join": ["", ["arn:aws:ecr:eu-central-1:", here, ":repository/*"]]}
