"""Who may call what through an endpoint. An empty place here is a hole, so every statement is spelled out."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from tests.unit.network.plan import ACCOUNT, endpoints, network, synthesized

ALL = tuple(AwsService)
OURS_ALONE = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
GUARD_DUTY = "arn:aws:ecr:eu-central-1:*:repository/aws-guardduty-agent-fargate"


def statements(service: AwsService, **options: Any) -> dict[str, dict[str, Any]]:
    """The policy of the service's endpoint: sid → statement."""
    found = endpoints(synthesized(reach=ALL, **options))[service.value]["PolicyDocument"]["Statement"]
    return {each["Sid"]: {key: each[key] for key in each if key != "Sid"} for each in found}


def allow(action: Any, resource: Any, condition: Any = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def test_every_endpoint_that_takes_a_policy_has_one_and_no_other_does() -> None:
    found = endpoints(synthesized(reach=ALL))
    without = {name for name, each in found.items() if "PolicyDocument" not in each}
    assert len(found) == len(AwsService)
    assert without == {"ecs-agent", "ecs-telemetry"}


def test_admits_principals_of_this_account_and_no_others() -> None:
    for name, endpoint in endpoints(synthesized(reach=ALL)).items():
        for statement in endpoint.get("PolicyDocument", {"Statement": []})["Statement"]:
            if statement["Sid"] == "ImageLayers":
                continue  # signed by ECR, see below
            assert statement["Condition"]["StringEquals"]["aws:PrincipalAccount"] == ACCOUNT, name


@pytest.mark.parametrize("service", [AwsService.LOGS, AwsService.SSM_MESSAGES, AwsService.DYNAMODB])
def test_services_without_exceptions(service: AwsService) -> None:
    assert statements(service) == {"OurPrincipals": allow("*", "*", OURS_ALONE)}


def test_s3_reaches_our_buckets_and_the_layers_of_images() -> None:
    ours = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT}}
    layers = "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"
    assert statements(AwsService.S3) == {
        "OurPrincipalsOurBuckets": allow("s3:*", "*", ours),
        "ImageLayers": allow("s3:GetObject", layers),
    }


def test_other_buckets() -> None:
    found = statements(AwsService.S3, other_buckets=("partner", "archive"))
    assert list(found) == ["OurPrincipalsOurBuckets", "ImageLayers", "OtherBuckets", "OtherDownloads"]
    assert found["OtherBuckets"] == allow(
        "s3:*",
        ["arn:aws:s3:::partner", "arn:aws:s3:::archive", "arn:aws:s3:::partner/*", "arn:aws:s3:::archive/*"],
        OURS_ALONE,
    )
    # Without a principal: pre-signed by their owners, or public.
    assert found["OtherDownloads"] == allow(
        "s3:GetObject", ["arn:aws:s3:::partner/*", "arn:aws:s3:::archive/*"]
    )


@pytest.mark.parametrize("service", [AwsService.ECR_API, AwsService.ECR_DKR])
def test_ecr_reaches_our_repositories_and_pulls_the_agent_of_guardduty(service: AwsService) -> None:
    assert statements(service) == {
        "Tokens": allow("ecr:GetAuthorizationToken", "*", OURS_ALONE),
        "OurRepositories": allow("ecr:*", f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/*", OURS_ALONE),
        "PullOnly": allow(PULL, [GUARD_DUTY], OURS_ALONE),
    }


def test_other_repositories_are_for_pulling() -> None:
    other = "arn:aws:ecr:eu-central-1:444455556666:repository/*"
    found = statements(AwsService.ECR_DKR, other_repositories=(other,))
    assert found["PullOnly"] == allow(PULL, [GUARD_DUTY, other], OURS_ALONE)


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


def test_refuses_others_that_nothing_would_ever_match(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refused:
        network(
            stack,
            other_repositories=["444455556666.dkr.ecr.eu-central-1.amazonaws.com/base"],
            other_buckets=["partner", "arn:aws:s3:::archive"],
        )
    assert str(refused.value).splitlines() == [
        "2 mistakes:",
        '- "444455556666.dkr.ecr.eu-central-1.amazonaws.com/base" is no ARN of repositories. '
        "Allowed: such as arn:aws:ecr:eu-central-1:444455556666:repository/*. "
        "Change: the `other_repositories` of the Network.",
        '- "arn:aws:s3:::archive" is no name of a bucket. '
        "Allowed: 3 to 63 lower-case letters, digits, dots and hyphens, * and ? for more than one bucket; "
        "the name and not its ARN. "
        "Change: the `other_buckets` of the Network.",
    ]


def test_others_known_at_deployment_only_are_not_judged(stack: cdk.Stack) -> None:
    value = cdk.Fn.import_value("other")
    network(stack, other_repositories=[value], other_buckets=[value])


def test_others_may_be_patterns(stack: cdk.Stack) -> None:
    there = "444455556666:repository"
    network(
        stack,
        other_repositories=[f"arn:aws:ecr:*:{there}/*", f"arn:aws:ecr:eu-central-1:{there}/team-?/*"],
        other_buckets=["partner-*", "log-20??"],
    )


def test_one_by_itself_is_no_list(stack: cdk.Stack) -> None:
    with pytest.raises(
        ConfigurationError, match=r'^"partner" stands alone\. Allowed: a list: \["partner"\]\.'
    ):
        network(stack, other_buckets="partner")
