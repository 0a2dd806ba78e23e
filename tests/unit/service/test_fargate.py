from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from tests.unit.service.worker_builder import Ground


@pytest.mark.parametrize(
    ("name", "problem"),
    [("my service", 'name is "my service".'), ("a" * 256, f'name has 256 characters: "{"a" * 40}...".')],
)
def test_a_name_that_ecs_does_not_take(stack: cdk.Stack, name: str, problem: str) -> None:
    ground = Ground(stack)
    with pytest.raises(ConfigurationError) as error:
        ground.worker(name, task=ground.task("resize"))
    assert error.value.problem == problem
    assert error.value.allowed == "1 to 255 letters, digits, _ and -."
    assert error.value.where == "Worker(name=...)."


def test_the_longest_name_leaves_a_description_that_ec2_takes(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    ground = Ground(stack)
    ground.worker("a" * 255, task=ground.task("resize"))
    (group,) = template().find_resources("AWS::EC2::SecurityGroup").values()
    assert group["Properties"]["GroupDescription"] == f"Tasks of {'a' * 246}"
