"""Revisions derived from the configured one: the same but for the image, and never registered twice."""

from typing import Any

import pytest
from botocore.stub import ANY

from operate.problem import OperateError
from operate.reading.image import Image
from operate.releasing.revision import Revision, derive, find_derived, read_revision
from tests.operate.reading import FAMILY, REGISTRY, SERVICE, StubbedAws, task_definition

DIGEST = f"sha256:{'a' * 64}"
IMAGE = Image(
    repository="dev/hello",
    tag="v4",
    digest=DIGEST,
    architectures=frozenset({"ARM64"}),
    uri=f"{REGISTRY}/dev/hello@{DIGEST}",
)
DERIVED = {"image": IMAGE.uri, "base": "dev-hello:3"}


def base(aws: StubbedAws, **changes: Any) -> Revision:
    answer = task_definition(3, **changes)
    answer["tags"] = [
        {"key": "owner", "value": "team"},
        {"key": "aws:cloudformation:stack-name", "value": "dev-hello"},
    ]
    aws.answers("ecs", "describe_task_definition", answer)
    return read_revision(aws, SERVICE, f"{FAMILY}:3")


def listed(aws: StubbedAws, *numbers: int) -> None:
    asked = {"familyPrefix": "dev-hello", "status": "ACTIVE", "sort": "DESC", "maxResults": 30}
    arns = [f"{FAMILY}:{number}" for number in numbers]
    aws.answers("ecs", "list_task_definitions", {"taskDefinitionArns": arns}, asked)


def test_it_is_registered_with_everything_but_the_image(stubbed: StubbedAws) -> None:
    configured = base(
        stubbed, cpu="256", volumes=[], requiresAttributes=[{"name": "x"}], compatibilities=["FARGATE"]
    )
    listed(stubbed, 3)
    container = {"name": "app", "image": IMAGE.uri}
    asked = {
        "family": "dev-hello",
        "cpu": "256",
        "runtimePlatform": {"cpuArchitecture": "ARM64"},
        "containerDefinitions": [container],
        "tags": [
            {"key": "owner", "value": "team"},
            {"key": "release:base", "value": "dev-hello:3"},
            {"key": "release:image", "value": f"v4@{DIGEST}"},
        ],
    }
    stubbed.answers("ecs", "register_task_definition", task_definition(4, **DERIVED), asked)
    stubbed.answers("ecs", "describe_task_definition", task_definition(4, **DERIVED))
    assert derive(stubbed, SERVICE, configured, IMAGE).name == "dev-hello:4"
    stubbed.all_was_asked()


def test_other_containers_keep_theirs(stubbed: StubbedAws) -> None:
    containers = [{"name": "app", "image": "a"}, {"name": "proxy", "image": "b"}]
    configured = base(stubbed, containerDefinitions=containers)
    listed(stubbed)
    asked = {
        "family": "dev-hello",
        "runtimePlatform": {"cpuArchitecture": "ARM64"},
        "containerDefinitions": [{"name": "app", "image": IMAGE.uri}, {"name": "proxy", "image": "b"}],
        "tags": ANY,
    }
    stubbed.answers("ecs", "register_task_definition", task_definition(4, **DERIVED), asked)
    stubbed.answers("ecs", "describe_task_definition", task_definition(4, **DERIVED))
    derive(stubbed, SERVICE, configured, IMAGE)
    stubbed.all_was_asked()


def test_the_same_again_is_the_one_that_is_there(stubbed: StubbedAws) -> None:
    configured = base(stubbed)
    listed(stubbed, 7, 5, 3, 2)
    stubbed.answers("ecs", "describe_task_definition", task_definition(7))
    stubbed.answers("ecs", "describe_task_definition", task_definition(5, **DERIVED))
    assert derive(stubbed, SERVICE, configured, IMAGE).name == "dev-hello:5"
    stubbed.all_was_asked()


def test_the_order_in_which_ecs_tells_does_not_matter(stubbed: StubbedAws) -> None:
    def container(*names: str) -> dict[str, Any]:
        return {"name": "app", "image": IMAGE.uri, "environment": [{"name": n, "value": n} for n in names]}

    configured = base(stubbed, containerDefinitions=[container("a", "b")])
    listed(stubbed, 4)
    found = task_definition(4, base="dev-hello:3", containerDefinitions=[container("b", "a")])
    stubbed.answers("ecs", "describe_task_definition", found)
    assert find_derived(stubbed, SERVICE, configured, IMAGE) is not None


@pytest.mark.parametrize(
    "other",
    [
        task_definition(4, image=IMAGE.uri, base="dev-hello:2"),
        task_definition(4, image=IMAGE.uri),
        task_definition(4, image=f"{REGISTRY}/dev/hello@sha256:{'b' * 64}", base="dev-hello:3"),
        task_definition(4, image=IMAGE.uri, base="dev-hello:3", cpu="1024"),
    ],
    ids=["of another base", "by CloudFormation", "with another image", "changed by hand"],
)
def test_what_is_not_the_same_is_not_used(stubbed: StubbedAws, other: dict[str, Any]) -> None:
    configured = base(stubbed)
    listed(stubbed, 4)
    stubbed.answers("ecs", "describe_task_definition", other)
    assert find_derived(stubbed, SERVICE, configured, IMAGE) is None


def test_another_family_with_the_same_beginning_is_not_looked_at(stubbed: StubbedAws) -> None:
    configured = base(stubbed)
    stubbed.answers("ecs", "list_task_definitions", {"taskDefinitionArns": [f"{FAMILY}-batch:9"]})
    assert find_derived(stubbed, SERVICE, configured, IMAGE) is None


def test_a_revision_that_was_deleted(stubbed: StubbedAws) -> None:
    stubbed.refuses(
        "ecs", "describe_task_definition", "ClientException", "Unable to describe task definition."
    )
    with pytest.raises(OperateError, match="The revision dev-hello:3 does not exist any more") as missing:
        read_revision(stubbed, SERVICE, f"{FAMILY}:3")
    assert "make deploy ENV=dev" in str(missing.value.next_step)
