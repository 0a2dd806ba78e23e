"""A first deployment whose image somebody has to push: exact commands, and nothing that waits."""

from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from environments.model import Environment, RegistryImage
from operate.problem import ExitCode, OperateError
from operate.releasing import commands
from operate.releasing.progress import Progress
from operate.releasing.release import Choice
from operate.releasing.watch import Pace
from rehearsal.assembly import StackArtifact
from rehearsal.in_process import InProcessAws
from tests.operate.deploying import Project

PUSH = "docker push 123456789012.dkr.ecr.eu-central-1.amazonaws.com/dev/hello:v1"


@pytest.fixture
def project(dev: Environment, dev_stacks: Sequence[StackArtifact], tmp_path: Path) -> Iterator[Project]:
    (service,) = dev.services
    by_tag = service.model_copy(update={"image": RegistryImage(tag="v1")})
    with InProcessAws() as aws:
        aws.publish(dev_stacks[0].folder)
        yield Project(aws, dev.model_copy(update={"services": (by_tag,)}), dev_stacks[0].folder, tmp_path)


def stacks(project: Project) -> list[str]:
    found = project.aws.client("cloudformation").describe_stacks()["Stacks"]
    return [each["StackName"] for each in found]


def refusal(project: Project, **choice: bool) -> OperateError:
    with pytest.raises(OperateError) as refused:
        project.deploy(**choice)
    return refused.value


def test_the_repository_comes_first_then_the_image_then_the_rest(project: Project) -> None:
    first = refusal(project)
    assert first.code is ExitCode.REFUSED
    assert stacks(project) == ["dev-registry"]
    assert first.problem == (
        "hello is to run dev/hello:v1, and there is no such image in eu-central-1.\n"
        "The repositories are there; nothing else was changed."
    )
    assert PUSH in (first.next_step or "")
    assert (first.next_step or "").endswith("then make deploy ENV=dev.")

    # With the repository in place, nothing is even synthesized.
    def not_asked() -> None:
        raise AssertionError

    project.cdk.synthesize = not_asked  # type: ignore[method-assign]
    second = refusal(project)
    assert second.code is ExitCode.REFUSED
    assert PUSH in second.problem
    assert second.problem.endswith("Nothing was changed.")
    assert stacks(project) == ["dev-registry"]
    del project.cdk.synthesize

    project.aws.push_image("dev/hello", "v1")
    assert "dev-hello: created." in project.deploy()


def test_a_stack_without_services_waits_for_no_image(project: Project) -> None:
    assert "dev-network: created." in project.deploy(stack="network")


def test_an_image_for_another_processor(project: Project) -> None:
    refusal(project)
    project.aws.push_image("dev/hello", "v1", "X86_64")
    assert "hello runs on ARM64, and v1" in refusal(project).problem


def test_a_live_image_stays_until_somebody_wants_the_configured_one(project: Project) -> None:
    refusal(project)
    project.aws.push_image("dev/hello", "v1")
    project.deploy()
    project.aws.push_image("dev/hello", "v2")
    deployed = project.deployed
    release = commands.releasing(Choice(image="v2"), Pace(every=30, sleep=project.aws.sleep))
    release(deployed.aws, deployed.service("hello"), Progress(Console(file=StringIO())))
    project.aws.advance(minutes=60)
    # Nobody needs the configured one any more, so it may be gone.
    project.aws.client("ecr").batch_delete_image(repositoryName="dev/hello", imageIds=[{"imageTag": "v1"}])

    written = project.deploy()
    assert "came with a release and is carried forward" in written
    assert "as dev-hello:2. Nothing to release." in written.splitlines()[-1]

    assert PUSH in refusal(project, use_configured_image=True).problem
    project.aws.push_image("dev/hello", "v1")
    assert "brings dev-hello:1 in place of dev-hello:2" in project.deploy(use_configured_image=True)
