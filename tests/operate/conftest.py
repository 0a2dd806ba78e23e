"""dev as it is deployed: synthesized once, and deployed anew in each test file that asks for it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from environments.model import Environment
from operate.aws import Aws
from operate.outputs import Deployed
from rehearsal import assembly
from rehearsal.assembly import StackArtifact
from rehearsal.in_process import InProcessAws
from tests.operate.reading import StubbedAws
from tests.reference import DEV
from tests.synthesis import new_app


@pytest.fixture(scope="session")
def dev() -> Environment:
    """dev as shipped, whatever a fork has made of its own."""
    return DEV


@pytest.fixture(scope="session")
def dev_stacks(dev: Environment) -> Sequence[StackArtifact]:
    """dev's stacks in the order of their deployment."""
    from stacks.environment_stage import EnvironmentStage

    stage = EnvironmentStage(new_app(), environment=dev)
    return assembly.stacks(Path(stage.synth().directory))


@pytest.fixture(scope="module")
def dev_aws(dev_stacks: Sequence[StackArtifact]) -> Iterator[InProcessAws]:
    """An AWS with dev in it, for one test file: whoever changes something puts it back."""
    with InProcessAws() as aws:
        for stack in dev_stacks:
            aws.deploy_artifact(stack)
        yield aws


@pytest.fixture(scope="module")
def dev_deployed(dev_aws: InProcessAws, dev: Environment) -> Deployed:
    """The way of `operate` into it."""
    return Deployed(Aws(dev))


@pytest.fixture
def stubbed(dev: Environment) -> Iterator[StubbedAws]:
    """An AWS that says what a test gives it."""
    aws = StubbedAws(dev)
    yield aws
    aws.close()
