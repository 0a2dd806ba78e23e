"""The stack of a job: what it makes, what a command reads of it, and what the other stacks notice of it."""

import contextlib
import json
import subprocess
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks

from environments.model import Environment, RegistryImage, SourceImage
from stacks.environment_stage import EnvironmentStage
from tests.stacks.jobs import REPORT, SEED, with_jobs
from tests.synthesis import ROOT, Templates, new_app, synthesize


@pytest.fixture(scope="module")
def jobs(dev: Environment) -> Templates:
    """dev with the two jobs; its service's image is in the registry, so that nothing is built."""
    hello = dev.services[0].model_copy(update={"image": RegistryImage(tag="7")})
    return synthesize(with_jobs(dev, REPORT, SEED, services=(hello,)))


def only(templates: Templates, stack: str, kind: str) -> dict[str, Any]:
    (found,) = of(templates, stack, kind)
    return found


def of(templates: Templates, stack: str, kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in templates[stack]["Resources"].values() if each["Type"] == kind]


def test_its_task(jobs: Templates) -> None:
    task = only(jobs, "report", "AWS::ECS::TaskDefinition")
    (container,) = task["ContainerDefinitions"]
    assert (task["Family"], task["Cpu"], task["Memory"]) == ("dev-report", "512", "1024")
    assert task["RuntimePlatform"]["CpuArchitecture"] == "X86_64"
    assert container["Command"] == ["python", "-m", "report"]
    assert container["Environment"] == [{"Name": "COLOR", "Value": "red"}]
    assert [each["Name"] for each in container["Secrets"]] == ["KEY"]
    assert container["StopTimeout"] == 90
    assert json.dumps(container["Image"]).count("dev/report:1.2") == 1
    assert "PortMappings" not in container
    log = only(jobs, "report", "AWS::Logs::LogGroup")
    assert (log["LogGroupName"], log["RetentionInDays"]) == ("/ecs/dev/report", 7)
    # A retired secret is still fetched by older tasks.
    assert "parameter/report/old" in json.dumps(of(jobs, "report", "AWS::IAM::Role"))


def test_the_image_of_a_service_comes_from_its_repository(jobs: Templates) -> None:
    (container,) = only(jobs, "seed", "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    assert "dev/hello:7" in json.dumps(container["Image"])
    assert "Command" not in container
    assert "repository/dev/hello" in json.dumps(of(jobs, "seed", "AWS::IAM::Role"))


def test_a_repository_for_each_image_that_is_no_services(jobs: Templates) -> None:
    names = {each["RepositoryName"]: each["Tags"] for each in of(jobs, "registry", "AWS::ECR::Repository")}
    assert names == {
        "dev/hello": [{"Key": "service", "Value": "hello"}],
        "dev/report": [{"Key": "service", "Value": "report"}],
    }
    assert {"helloRepositoryUri", "reportRepositoryUri"} <= set(jobs["registry"]["Outputs"])


def test_its_schedules(jobs: Templates) -> None:
    found = {each["GroupName"]: each for each in of(jobs, "report", "AWS::Scheduler::Schedule")}
    assert {
        name: (each["ScheduleExpression"], each["ScheduleExpressionTimezone"], each["State"])
        for name, each in found.items()
    } == {
        "dev-report-nightly": ("cron(0 2 * * ? *)", "Europe/Berlin", "ENABLED"),
        "dev-report-often": ("rate(5 minutes)", "UTC", "DISABLED"),
        "dev-report-once": ("at(2027-01-31T18:30:00)", "Europe/Berlin", "ENABLED"),
    }
    often, nightly = found["dev-report-often"], found["dev-report-nightly"]
    assert often["FlexibleTimeWindow"] == {"MaximumWindowInMinutes": 3, "Mode": "FLEXIBLE"}
    assert often["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 120, "MaximumRetryAttempts": 2}
    assert json.loads(often["Target"]["Input"]) == {
        "containerOverrides": [{"name": "app", "command": ["python", "-m", "quick"]}]
    }
    assert nightly["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert nightly["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 185}
    assert "Input" not in nightly["Target"]
    groups = {each["Name"] for each in of(jobs, "report", "AWS::Scheduler::ScheduleGroup")}
    assert groups == set(found)


def test_what_a_command_reads(jobs: Templates) -> None:
    outputs = jobs["report"]["Outputs"]
    assert set(outputs) == {
        "ClusterName",
        "ContainerName",
        "LogGroupName",
        "Schedules",
        "TaskDefinitionArn",
        "TaskFamily",
        "TaskSecurityGroup",
        "TaskSubnets",
    }
    assert outputs["TaskFamily"]["Value"] == "dev-report"
    assert json.loads(outputs["Schedules"]["Value"])[1] == {
        "name": "often",
        "expression": "rate(5 minutes)",
        "time_zone": "UTC",
        "command": ["python", "-m", "quick"],
        "enabled": False,
    }
    assert "Schedules" not in jobs["seed"]["Outputs"]


def test_tags_and_order(dev: Environment) -> None:
    stage = EnvironmentStage(new_app(), environment=with_jobs(dev, SEED))
    manifest = json.loads((Path(stage.synth().directory) / "manifest.json").read_text())["artifacts"]
    (seed,) = [each for each in manifest.values() if each.get("displayName") == "dev/seed"]
    assert seed["properties"]["tags"]["service"] == "seed"
    needed = {manifest[each].get("displayName") for each in seed["dependencies"]}
    assert needed >= {"dev/network", "dev/registry", "dev/platform"}
    assert "dev/hello" not in needed


def test_the_image_of_a_service_that_is_built_is_built_again(dev: Environment) -> None:
    templates = synthesize(with_jobs(dev, SEED))
    (build,) = of(templates, "seed", "Custom::CDKContainerImageBuild")
    (service,) = of(templates, "hello", "Custom::CDKContainerImageBuild")
    assert build["repositoryUri"] == service["repositoryUri"]
    assert build["sourceS3Url"] == service["sourceS3Url"]


def test_without_a_job_there_is_no_stack_and_with_one_the_platform_stays(
    dev_templates: Templates, jobs: Templates
) -> None:
    assert set(dev_templates) == {"network", "registry", "platform", "hello"}
    assert jobs["platform"] == dev_templates["platform"]


def test_cfn_lint_has_nothing_to_say(dev: Environment, jobs: Templates, tmp_path: Path) -> None:
    built = synthesize(with_jobs(dev, SEED))["seed"]
    for name, template in {"report": jobs["report"], "seed": jobs["seed"], "built": built}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(template))
    written = map(str, sorted(tmp_path.iterdir()))
    done = subprocess.run(["cfn-lint", "--", *written], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_finding(dev: Environment) -> None:
    """By AwsSolutions, in the stacks that jobs change."""
    app = new_app()
    own = REPORT.model_copy(update={"image": SourceImage(directory="service")})
    EnvironmentStage(app, environment=with_jobs(dev, own, SEED))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with contextlib.suppress(RuntimeError):
        app.synth()
    report = json.loads((Path(app.outdir) / "validation-report.json").read_text())
    found = [
        f"{violation['ruleName']} at {construct['constructPath']}"
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]
    assert found == []
