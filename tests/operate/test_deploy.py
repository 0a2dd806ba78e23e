"""`deploy` on dev's own templates: what it does, what it refuses beforehand, how it resumes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from environments.model import Environment
from operate.problem import ExitCode, OperateError
from operate.releasing import commands
from operate.releasing.commands import Command
from operate.releasing.release import Choice as ReleaseChoice
from operate.releasing.watch import Pace
from rehearsal.assembly import StackArtifact
from rehearsal.in_process import InProcessAws
from tests.operate.deploying import Project, Template, removing, resource, setting

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
SERVICE = "AWS::ECS::Service"


@pytest.fixture(scope="module")
def deployed_dev(
    dev: Environment, dev_stacks: Sequence[StackArtifact], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """dev, deployed by `deploy` itself; each test gives it back as it was."""
    with InProcessAws() as aws:
        aws.publish(dev_stacks[0].folder)
        project = Project(aws, dev, dev_stacks[0].folder, tmp_path_factory.mktemp("project"))
        project.first = project.deploy()  # type: ignore[attr-defined]
        yield project


@pytest.fixture
def project(deployed_dev: Project) -> Project:
    deployed_dev.undo()
    deployed_dev.cdk.interrupted_at = None
    # What an earlier test has released has ended by now.
    deployed_dev.aws.advance(minutes=60)
    return deployed_dev


def refusal(project: Project, **choice: Any) -> OperateError:
    with pytest.raises(OperateError) as refused:
        project.deploy(**choice)
    return refused.value


def templates(project: Project) -> Mapping[str, Any]:
    cloudformation = project.aws.client("cloudformation")
    return {
        stack["StackName"]: cloudformation.get_template(StackName=stack["StackName"])["TemplateBody"]
        for stack in cloudformation.describe_stacks()["Stacks"]
    }


def test_the_first_deployment_goes_in_the_order_of_dependencies(project: Project) -> None:
    first: str = project.first  # type: ignore[attr-defined]
    created = [line.partition(":")[0] for line in first.splitlines() if line.endswith(": created.")]
    assert created == ["dev-network", "dev-registry", "dev-platform", "dev-hello"]
    assert "CREATE_COMPLETE     AWS::ECS::Service  Service9571FDD8" in first
    assert (
        first.splitlines()[-1]
        == "hello runs dev-hello:1 already, the configured revision. Nothing to release."
    )


def test_nothing_changed_is_said_without_the_cli_and_without_asking(project: Project) -> None:
    assert "4 stacks are as the templates say: nothing to deploy." in project.deploy()
    assert project.cdk.prepared == []
    assert project.asked == []


def test_what_will_change_is_said_before_anything_is_written(project: Project) -> None:
    project.edit("hello", setting("AWS::CloudWatch::Alarm", Threshold=7))
    project.edit("hello", setting("AWS::EC2::SecurityGroup", GroupDescription="x"))
    before = templates(project)
    assert refusal(project, agree=False).problem == "Nothing was changed."
    assert project.asked == [
        "dev-hello: 2 changed\n  roles, policies or security groups among them: ServiceSecurityGroupC96ED6A7"
    ]
    assert project.cdk.prepared == []
    assert templates(project) == before


def test_only_what_changed_is_deployed(project: Project) -> None:
    project.edit("hello", setting("AWS::CloudWatch::Alarm", Threshold=7))
    written = project.deploy()
    assert project.cdk.prepared == ["dev/hello"]
    assert "dev-hello: updated." in written
    project.undo()
    project.deploy()


def test_only_one_stack_and_those_it_needs(project: Project) -> None:
    project.edit("hello", setting("AWS::CloudWatch::Alarm", Threshold=7))
    assert "dev-network is as" in project.deploy(stack="network")
    assert "2 stacks are as" in project.deploy(stack="platform")
    assert project.cdk.prepared == []
    assert "one of: network, registry, platform, hello." in str(refusal(project, stack="hullo"))


def test_every_refusal_of_every_stack_at_once_and_nothing_is_executed(project: Project) -> None:
    project.edit("hello", setting(GROUP, Port=81))
    project.edit("hello", setting(SERVICE, TaskDefinition="dev-hello:2"))
    project.edit("platform", setting("AWS::ECS::Cluster", ClusterName="other"))
    project.edit("network", removing("AWS::EC2::VPCEndpoint", "Logs"))
    before = templates(project)
    refused = refusal(project)
    assert refused.code is ExitCode.REFUSED
    assert [line for line in refused.problem.splitlines() if not line.startswith(" ")] == [
        "dev-platform",
        "dev-hello",
        "dev-network",
        "Nothing was changed.",
    ]
    for words in (
        "Would be replaced by its Port",
        "Writes TaskDefinition, which ECS refuses",
        "Would be replaced by its ClusterName",
        "dev-hello:1, the live revision of hello, writes its logs through it.",
    ):
        assert words in refused.problem
    assert project.cdk.prepared == []
    assert templates(project) == before


def test_diff_says_beforehand_what_would_be_refused(project: Project) -> None:
    project.edit("hello", setting("AWS::CloudWatch::Alarm", Threshold=11))
    written = project.diff()
    assert "dev/network, dev/registry, dev/platform, dev/hello" in written
    assert "The gate lets a deployment through" in written

    project.edit("hello", setting(GROUP, Port=81))
    project.edit("hello", setting(SERVICE, PlatformVersion="1.4.0"))
    with pytest.raises(OperateError) as refused:
        project.diff()
    assert refused.value.code is ExitCode.REFUSED
    assert "Would be replaced by its Port: the new one has no tasks" in refused.value.problem
    assert "Writes PlatformVersion, which ECS refuses under CODE_DEPLOY" in refused.value.problem
    assert refused.value.problem.count("Instead: ") == 2
    assert project.cdk.prepared == []


def test_a_change_set_tells_what_templates_cannot_and_is_thrown_away(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With eyes shut for what the templates tell, the change set alone refuses."""
    monkeypatch.setattr("operate.deploying.deploy_stacks.examine", lambda *_: [])
    project.edit("hello", setting(GROUP, Port=81))
    before = templates(project)
    refused = refusal(project)
    assert "Would be replaced by its Port" in refused.problem
    assert refused.problem.endswith("dev-hello was not changed. Nothing was changed.")
    assert project.cdk.prepared == ["dev/hello"]
    assert templates(project) == before
    summaries = project.aws.client("cloudformation").list_change_sets(StackName="dev-hello")["Summaries"]
    assert not [each for each in summaries if each["ExecutionStatus"] == "AVAILABLE"]


def test_what_was_deployed_before_a_refusal_is_said(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operate.deploying.deploy_stacks.examine", lambda *_: [])
    project.edit("platform", setting("AWS::Logs::LogGroup", RetentionInDays=3))
    project.edit("hello", setting(GROUP, Port=81))
    assert refusal(project).problem.endswith("dev-hello was not changed. Deployed before it: dev-platform.")
    project.undo()
    project.deploy()


def test_what_a_revision_needs_goes_only_when_it_is_named(project: Project) -> None:
    project.edit("network", removing("AWS::EC2::VPCEndpoint", "Logs"))
    assert "Or let it go all the same: ARGS='--retire endpoint:logs'" in refusal(project).problem
    assert "--retire endpoint:logs" in refusal(project, retire=["endpoint:s3"]).problem
    written = project.deploy(retire=["endpoint:logs"])
    assert "let go as asked: endpoint:logs. Would go, and dev-hello:1" in written
    assert "dev-network: updated." in written
    project.undo()
    project.deploy()


def test_a_service_that_left_the_file_keeps_its_repository_while_its_stack_stands(project: Project) -> None:
    project.edit("registry", removing("AWS::ECR::Repository"))
    said = str(refusal(project))
    assert "dev/hello would leave the stack, and the stack dev-hello still runs tasks from it." in said
    assert "make destroy ENV=dev STACK=hello" in said


def test_a_new_configured_revision_is_released(project: Project) -> None:
    def more_memory(template: Template) -> None:
        resource(template, "AWS::ECS::TaskDefinition")[1]["Properties"]["Memory"] = "1024"

    project.edit("hello", more_memory)
    written = project.deploy()
    assert "dev-hello: updated." in written
    assert "brings dev-hello:2 in place of dev-hello:1" in written
    assert project.deploy().splitlines()[-1].startswith("hello runs dev-hello:2 already")
    # The revision before is what a rollback needs: now it counts too.
    project.edit("hello", removing("AWS::Logs::LogGroup", "TaskLogs"))
    assert "dev-hello:2, the live revision of hello, starts no task without it." in refusal(project).problem


@pytest.mark.parametrize("waits", [False, True])
def test_the_release_is_asked_for_what_the_deployment_was_asked_for(
    project: Project, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ReleaseChoice] = []

    def releasing(choice: ReleaseChoice, pace: Pace) -> Command:
        asked.append(choice)
        return commands.releasing(choice, pace)

    monkeypatch.setattr("operate.deploying.deploy.releasing", releasing)
    project.deploy(wait_for_old_tasks=waits, use_configured_image=not waits)
    assert asked == [ReleaseChoice(wait_for_old_tasks=waits, use_configured_image=not waits)]


def test_a_bootstrap_that_was_made_for_other_types_is_found_before_cloudformation_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operate.deploying.deploy.not_covered", lambda *_: ["AWS::SQS::Queue"])
    project.edit("hello", setting("AWS::CloudWatch::Alarm", Threshold=7))
    refused = refusal(project)
    assert "was made before the templates had AWS::SQS::Queue" in refused.problem
    assert refused.next_step == "make bootstrap ENV=dev"
    assert project.cdk.prepared == []


def test_interrupted_before_and_between(project: Project) -> None:
    project.edit("hello", setting("AWS::CloudWatch::Alarm", Threshold=9))
    project.cdk.interrupted_at = "dev/hello"
    interrupted = refusal(project)
    assert interrupted.code is ExitCode.INTERRUPTED
    assert interrupted.problem == "Interrupted while dev-hello was prepared. Nothing was changed."
    assert interrupted.next_step == "make deploy ENV=dev goes on from here."


def test_interrupted_while_cloudformation_works(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from operate.deploying.change_set import Follow

    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    project.edit("hello", setting("AWS::CloudWatch::Alarm", Threshold=9))
    with monkeypatch.context() as patched:
        patched.setattr(Follow, "until_rest", leave)
        interrupted = refusal(project)
    assert interrupted.code is ExitCode.INTERRUPTED
    assert interrupted.problem == "CloudFormation goes on with dev-hello."
    assert "make deploy ENV=dev comes back to it" in (interrupted.next_step or "")
    # It went on: the next run finds nothing to do.
    assert "nothing to deploy" in project.deploy()


def test_a_failed_stack_is_said_with_its_cause_and_the_next_run_goes_on(project: Project) -> None:
    def impossible(template: Template) -> None:
        template["Resources"]["Twice"] = {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": "/ecs/dev/hello"},
        }

    project.edit("hello", impossible)
    failed = refusal(project)
    assert failed.code is ExitCode.FAILED
    assert "dev-hello ended as UPDATE_FAILED" in failed.problem
    assert "Twice (AWS::Logs::LogGroup): The specified log group already exists" in failed.problem
    project.undo()
    assert "dev-hello: updated." in project.deploy()


def test_a_stack_that_cannot_move_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.cloudformation.models import cloudformation_backends

    (stack,) = [
        each
        for each in cloudformation_backends["123456789012"]["eu-central-1"].stacks.values()
        if each.name == "dev-platform"
    ]
    monkeypatch.setattr(stack, "status", "UPDATE_ROLLBACK_FAILED")
    refused = refusal(project)
    assert refused.code is ExitCode.REFUSED
    assert "dev-platform is UPDATE_ROLLBACK_FAILED" in refused.problem
    assert refused.next_step == "aws cloudformation continue-update-rollback --stack-name dev-platform"
