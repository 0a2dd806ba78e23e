import re

import pytest

from rehearsal.engine.names import generate

LONG_STACK, LONG_ID = "dev-a-rather-long-name-of-a-stack" * 2, "ServiceDeploymentGroupAndMore32C3B461" * 2


@pytest.mark.parametrize(
    ("kind", "longest"),
    [
        ("AWS::IAM::Role", 64),
        ("AWS::Lambda::Function", 64),
        ("AWS::S3::Bucket", 63),
        ("AWS::ElasticLoadBalancingV2::TargetGroup", 32),
        ("AWS::Logs::LogGroup", 128),
    ],
)
def test_a_name_fits_the_service_and_still_tells_stack_and_resource(kind: str, longest: int) -> None:
    name = generate(kind, LONG_STACK, LONG_ID)

    assert len(name) <= longest
    assert name.lower().startswith("dev-a")
    assert "servic" in name.lower()


def test_buckets_and_repositories_are_lower_case() -> None:
    for kind in ("AWS::S3::Bucket", "AWS::ECR::Repository"):
        assert re.fullmatch(r"dev-hello-images-[a-z0-9]{12}", generate(kind, "dev-hello", "Images"))


def test_a_target_group_has_six_characters_of_stack_and_resource() -> None:
    name = generate("AWS::ElasticLoadBalancingV2::TargetGroup", "dev-hello", "ServiceBlue")
    assert re.fullmatch(r"dev-he-Servic-[A-Z0-9]{12}", name)


def test_two_names_differ() -> None:
    assert generate("AWS::IAM::Role", "dev", "Role") != generate("AWS::IAM::Role", "dev", "Role")
