"""What `deploy` makes of jobs: what their revision still needs, and which stacks there are."""

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from environments.model import Environment
from operate.deploying.assembly import Stack
from operate.deploying.gate.environment import examine
from operate.deploying.gate.finding import Finding
from operate.outputs import Deployed
from operate.reading.stack_state import read_state
from rehearsal.assembly import StackArtifact
from tests.operate.running.jobs import Jobs

Template = dict[str, Any]
Judge = Callable[..., Sequence[Finding]]


@pytest.fixture
def judge(jobs: Jobs, stacks_with_jobs: Sequence[StackArtifact]) -> Judge:
    """What the gate says of one stack whose template was edited."""

    def run(name: str, edit: Callable[[Template], None]) -> Sequence[Finding]:
        (artifact,) = [each for each in stacks_with_jobs if each.name == f"dev-{name}"]
        template = copy.deepcopy(artifact.template)
        edit(template)
        stack = Stack(
            id=name,
            path=f"dev/{name}",
            name=artifact.name,
            template=template,
            tags={},
            bootstrap=6,
            needs=(),
        )
        return examine(Deployed(jobs.aws), [(stack, read_state(jobs.aws, stack.name))])

    return run


def roles(template: Template) -> list[dict[str, Any]]:
    return [each for each in template["Resources"].values() if each["Type"] == "AWS::IAM::Role"]


def without_secret(template: Template) -> None:
    for role in roles(template):
        for policy in role["Properties"].get("Policies", []):
            document = policy["PolicyDocument"]
            document["Statement"] = [
                each for each in document["Statement"] if "parameter/report/key" not in json.dumps(each)
            ]


def test_a_secret_that_the_jobs_revision_fetches_is_kept(judge: Judge) -> None:
    found = [each for each in judge("report", without_secret) if each.refused]
    assert found
    assert found[0].says.startswith("Would lose ssm:GetParameters on ")
    assert ", and dev-report:1, the configured revision of report, gets KEY with it." in found[0].says
    assert found[0].way_round == (
        "move it from `secrets` to `retired` in the environment file, and delete it once a deployment has "
        "replaced the revision."
    )
    assert found[0].retire == "report/secret:KEY"


def test_an_endpoint_that_a_job_needs_is_kept(judge: Judge) -> None:
    def without_endpoint(template: Template) -> None:
        resources = template["Resources"]
        for logical_id, each in list(resources.items()):
            if each["Type"] == "AWS::EC2::VPCEndpoint" and ".ssm" in json.dumps(each["Properties"]):
                del resources[logical_id]

    (finding,) = [each for each in judge("network", without_endpoint) if each.refused]
    assert "the configured revision of report, gets KEY through it" in finding.says
    assert finding.way_round == "keep it until a deployment has replaced the revision."
    assert finding.retire == "endpoint:ssm"


def test_what_only_an_older_revision_fetched_may_go(judge: Judge) -> None:
    def without_retired(template: Template) -> None:
        for role in roles(template):
            for policy in role["Properties"].get("Policies", []):
                for statement in policy["PolicyDocument"]["Statement"]:
                    named = statement["Resource"]
                    if isinstance(named, list) and "report/old" in json.dumps(named):
                        statement["Resource"] = [
                            each for each in named if "report/old" not in json.dumps(each)
                        ]
                        changed.append(statement)

    changed: list[Any] = []
    assert [each for each in judge("report", without_retired) if each.refused] == []
    assert changed


def test_a_repository_stays_as_long_as_the_stack_of_its_job(judge: Judge) -> None:
    def without_repository(template: Template) -> None:
        resources = template["Resources"]
        for logical_id, each in list(resources.items()):
            if each["Properties"].get("RepositoryName") == "dev/report":
                del resources[logical_id]

    (finding,) = [each for each in judge("registry", without_repository) if each.refused]
    assert "the stack dev-report still runs tasks from it" in finding.says


def test_a_job_that_is_not_deployed_yet_needs_nothing(
    jobs: Jobs, judge: Judge, dev_with_jobs: Environment
) -> None:
    later = dev_with_jobs.jobs[0].model_copy(update={"name": "later"})
    jobs.aws.environment = dev_with_jobs.model_copy(update={"jobs": (later,)})
    assert [each for each in judge("report", without_secret) if each.refused] == []


def test_outputs_that_are_missing_are_said(jobs: Jobs) -> None:
    def forget(parsed: dict[str, Any]) -> None:
        for stack in parsed["Stacks"]:
            stack["Outputs"] = [each for each in stack["Outputs"] if each["OutputKey"] != "TaskFamily"]

    jobs.changes("cloudformation", "DescribeStacks", forget)
    with pytest.raises(Exception, match="The stacks of dev do not say TaskFamily, which report needs"):
        jobs.deployed.job("report")


def test_an_older_stack_without_schedules_has_none(jobs: Jobs) -> None:
    assert jobs.deployed.job("seed").schedules == ()
    report = jobs.deployed.job("report")
    assert [str(each) for each in report.schedules] == [
        "nightly: cron(0 2 * * ? *) Europe/Berlin",
        "often: rate(5 minutes), runs python -m quick, paused",
        "once: at(2027-01-31T18:30:00) Europe/Berlin",
    ]
    assert str(replace(report.schedules[1], enabled=True, command=())) == "often: rate(5 minutes)"
    assert (report.repository, jobs.deployed.job("seed").repository) == ("dev/report", "dev/hello")
    assert Path(report.log_group) == Path("/ecs/dev/report")
