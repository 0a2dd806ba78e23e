"""A task that runs an image of a public registry, with a repository beside it or without."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import Image, PublicImage, RegistryImage, SourceImage
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork

Task = Callable[..., TaskDefinition]
IMAGE = PublicImage(uri="public.ecr.aws/nginx/nginx:1.29")


def actions(template: Template) -> list[str]:
    """What the one role with a policy of its own may do."""
    roles = template.find_resources("AWS::IAM::Role").values()
    (policy,) = (each for role in roles for each in role["Properties"].get("Policies", []))
    statements = policy["PolicyDocument"]["Statement"]
    return [
        action
        for each in statements
        for action in (each["Action"] if isinstance(each["Action"], list) else [each["Action"]])
    ]


@pytest.fixture
def network(stack: cdk.Stack) -> FakeNetwork:
    return FakeNetwork(stack, has_egress=True)


def test_the_container_names_it(container: Callable[..., dict[str, Any]]) -> None:
    assert container(image=IMAGE)["Image"] == IMAGE.uri


def test_without_a_repository_nothing_of_ecr_is_granted_or_reached(
    task: Task, network: FakeNetwork, template: Callable[[], Template]
) -> None:
    task(image=IMAGE, repository=None)
    assert actions(template()) == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert network.reached == {AwsService.LOGS}


def test_with_a_repository_older_revisions_still_pull_from_it(
    task: Task, network: FakeNetwork, template: Callable[[], Template]
) -> None:
    task(image=IMAGE)
    assert "ecr:BatchGetImage" in actions(template())
    assert network.reached == set(EVERY_TASK)


def test_it_has_no_findings(task: Task, findings: Callable[[], list[str]]) -> None:
    task(image=IMAGE, repository=None)
    assert findings() == []


def test_an_isolated_network_is_refused(task: Task, network: FakeNetwork) -> None:
    network.has_egress = False
    with pytest.raises(ConfigurationError, match=r"^public.ecr.aws/nginx/nginx:1.29 is out of reach"):
        task(image=IMAGE)


@pytest.mark.parametrize("image", [RegistryImage(tag="1"), SourceImage(directory="service")])
def test_every_other_image_needs_a_repository(task: Task, image: Image) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(image=image, repository=None)
    assert str(error.value) == (
        f"A {type(image).__name__} is given, and no repository. "
        "Allowed: the repository that the image comes from; a PublicImage alone needs none. "
        "Change: TaskDefinition(repository=...)"
    )
