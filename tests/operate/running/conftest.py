"""dev with jobs: synthesized once, deployed once a file, and healed after each test."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from environments.model import Environment, RegistryImage
from rehearsal import assembly
from rehearsal.assembly import StackArtifact
from rehearsal.in_process import InProcessAws
from tests.operate.running.jobs import Jobs
from tests.stacks.jobs import REPORT, SEED, with_jobs
from tests.synthesis import new_app


@pytest.fixture(scope="session")
def dev_with_jobs(dev: Environment) -> Environment:
    """dev; its service's image is in the registry, so that the jobs' stacks build nothing."""
    hello = dev.services[0].model_copy(update={"image": RegistryImage(tag="7")})
    return with_jobs(dev, REPORT, SEED, services=(hello,))


@pytest.fixture(scope="session")
def assembly_with_jobs(dev_with_jobs: Environment) -> Path:
    """Where its stacks were synthesized to."""
    from stacks.environment_stage import EnvironmentStage

    return Path(EnvironmentStage(new_app(), environment=dev_with_jobs).synth().directory)


@pytest.fixture(scope="session")
def stacks_with_jobs(assembly_with_jobs: Path) -> Sequence[StackArtifact]:
    """All but the service's: the jobs, and what they stand on."""
    return [stack for stack in assembly.stacks(assembly_with_jobs) if stack.name != "dev-hello"]


@pytest.fixture(scope="module")
def jobs_aws(stacks_with_jobs: Sequence[StackArtifact]) -> Iterator[InProcessAws]:
    """An AWS with the two jobs and their images in it, for one test file."""
    with InProcessAws() as aws:
        for stack in stacks_with_jobs:
            aws.deploy_artifact(stack)
        aws.push_image("dev/report", "1.2", "X86_64")
        aws.push_image("dev/hello", "7", "ARM64")
        yield aws


@pytest.fixture
def jobs(jobs_aws: InProcessAws, dev_with_jobs: Environment) -> Iterator[Jobs]:
    """What runs them."""
    made = Jobs(jobs_aws, dev_with_jobs)
    yield made
    made.heal()
