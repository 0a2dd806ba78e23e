import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.image_repository import ImageRepository

Built = Callable[..., dict[str, Any]]


@pytest.fixture
def built(stack: cdk.Stack, template: Callable[[], Template]) -> Built:
    """The repository's resource, for the options given."""

    def build(**options: Any) -> dict[str, Any]:
        arguments: dict[str, Any] = {"name": "dev/hello"} | options
        ImageRepository(stack, "Images", **arguments)
        (resource,) = template().find_resources("AWS::ECR::Repository").values()
        return dict(resource)

    return build


def lifecycle(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return json.loads(resource["Properties"]["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]


def test_tags_never_move_and_images_are_scanned(built: Built) -> None:
    properties = built()["Properties"]
    assert properties["RepositoryName"] == "dev/hello"
    assert properties["ImageTagMutability"] == "IMMUTABLE"
    assert properties["ImageScanningConfiguration"] == {"ScanOnPush": True}


def test_by_default_ecr_encrypts_with_its_own_keys(built: Built) -> None:
    # AES-256 is what ECR does when nothing is said; CDK leaves it unsaid.
    assert "EncryptionConfiguration" not in built()["Properties"]


def test_the_lifecycle_clears_untagged_images_first_and_then_bounds_the_tagged(built: Built) -> None:
    untagged, tagged = lifecycle(built(untagged_days=3, keep_images=20))
    assert untagged["rulePriority"] < tagged["rulePriority"]
    assert untagged["selection"] == {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countNumber": 3,
        "countUnit": "days",
    }
    assert tagged["selection"] == {
        "tagStatus": "tagged",
        "tagPatternList": ["*"],
        "countType": "imageCountMoreThan",
        "countNumber": 20,
    }


def test_by_default_a_hundred_images_and_a_week_of_untagged_ones_are_kept(built: Built) -> None:
    untagged, tagged = lifecycle(built())
    assert (untagged["selection"]["countNumber"], tagged["selection"]["countNumber"]) == (7, 100)


def test_by_default_it_outlives_its_stack(built: Built) -> None:
    resource = built()
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
    assert resource["Properties"].get("EmptyOnDelete", False) is False


def test_removable_it_goes_with_its_images(built: Built) -> None:
    resource = built(removable=True)
    assert resource["DeletionPolicy"] == "Delete"
    assert resource["Properties"]["EmptyOnDelete"] is True


def test_images_can_be_encrypted_with_a_key(stack: cdk.Stack, built: Built) -> None:
    key = kms.Key(stack, "Key")
    encryption = built(encryption_key=key)["Properties"]["EncryptionConfiguration"]
    assert encryption == {"EncryptionType": "KMS", "KmsKey": stack.resolve(key.key_arn)}


def test_the_uri_is_where_people_push(stack: cdk.Stack) -> None:
    images = ImageRepository(stack, "Images", name="dev/hello")
    assert stack.resolve(images.uri) == stack.resolve(images.repository.repository_uri)
    assert images.name == "dev/hello"


def test_it_has_no_findings(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    ImageRepository(stack, "Images", name="dev/hello")
    assert findings() == []


@pytest.mark.parametrize("name", ["a1", "dev/hello", "a.b_c-d/e", "0-0", "x" * 256])
def test_a_name_that_ecr_accepts_is_accepted(stack: cdk.Stack, name: str) -> None:
    assert ImageRepository(stack, "Images", name=name).name == name


@pytest.mark.parametrize(
    "name", ["Hello", "a", "/a", "a/", "a//b", "a..b", "a__b", "-a", "a_", "a b", "x" * 257]
)
def test_a_name_that_ecr_refuses_is_refused(stack: cdk.Stack, name: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        ImageRepository(stack, "Images", name=name)
    assert str(error.value) == (
        f'ECR accepts no repository named "{name}". '
        "Allowed: 2 to 256 lower-case letters and digits, with single . _ - or / between them, "
        'such as "dev/hello". Change: ImageRepository(name=...)'
    )


@pytest.mark.parametrize("field", ["keep_images", "untagged_days"])
def test_nothing_kept_is_refused(stack: cdk.Stack, field: str) -> None:
    numbers: dict[str, Any] = {field: 0}
    with pytest.raises(ConfigurationError) as error:
        ImageRepository(stack, "Images", name="hello", **numbers)
    assert str(error.value) == f"{field} is 0. Allowed: 1 or more. Change: ImageRepository({field}=...)"
