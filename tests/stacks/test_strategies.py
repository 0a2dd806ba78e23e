"""One field of the environment file, and the service's stack follows; the rest of it stays as it is."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cdk_nag import AwsSolutionsChecks

# isort: split
import aws_cdk as cdk

from environments import model
from environments.model import Environment
from stacks.environment_stage import EnvironmentStage
from tests.stacks.strategies import ALL, STRATEGIES, WITH_SMOKE_TEST, with_all, with_strategy
from tests.synthesis import FEATURE_FLAGS, ROOT, Templates, new_app, synthesize

EVERYWHERE = {
    "BlueTargetGroup",
    "ContainerName",
    "ContainerPort",
    "LogGroupName",
    "ProductionRule",
    "ServiceName",
    "TaskDefinitionArn",
    "TaskSecurityGroup",
    "TestRule",
}
BY_STRATEGY = {
    "codedeploy": {"ApplicationName", "DeploymentGroupName", "GreenTargetGroup"},
    "rolling": set[str](),
    "bluegreen": {"GreenTargetGroup"},
    "linear": {"GreenTargetGroup"},
    "canary": {"GreenTargetGroup"},
}


@pytest.fixture(scope="module")
def by_strategy(dev: Environment) -> Mapping[str, Templates]:
    return {name: synthesize(with_strategy(dev, deployment)) for name, deployment in STRATEGIES.items()}


def of_kind(template: dict[str, Any], kind: str) -> dict[str, Any]:
    return {id_: each for id_, each in template["Resources"].items() if each["Type"] == kind}


def service_of(templates: Templates) -> dict[str, Any]:
    (service,) = of_kind(templates["hello"], "AWS::ECS::Service").values()
    return service["Properties"]


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_outputs_are_those_of_the_strategy(name: str, by_strategy: Mapping[str, Templates]) -> None:
    assert set(by_strategy[name]["hello"]["Outputs"]) == EVERYWHERE | BY_STRATEGY[name]


def test_the_migration_is_an_output(dev: Environment) -> None:
    words = ("python", "-m", 'app "migrate"')
    hello = synthesize(with_strategy(dev, STRATEGIES["codedeploy"], migration=words))["hello"]
    assert json.loads(hello["Outputs"]["Migration"]["Value"]) == list(words)


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_template_names_the_revision_unless_codedeploy_decides(
    name: str, by_strategy: Mapping[str, Templates]
) -> None:
    (revision,) = of_kind(by_strategy[name]["hello"], "AWS::ECS::TaskDefinition")
    expected = "dev-hello" if name == "codedeploy" else {"Ref": revision}
    assert service_of(by_strategy[name])["TaskDefinition"] == expected


@pytest.mark.parametrize(
    ("name", "controller", "configuration"),
    [
        ("codedeploy", "CODE_DEPLOY", {}),
        ("rolling", "ECS", {"Strategy": "ROLLING"}),
        ("bluegreen", "ECS", {"Strategy": "BLUE_GREEN", "BakeTimeInMinutes": 7}),
        (
            "linear",
            "ECS",
            {
                "Strategy": "LINEAR",
                "BakeTimeInMinutes": 15,
                "LinearConfiguration": {"StepPercent": 25, "StepBakeTimeInMinutes": 3},
            },
        ),
        (
            "canary",
            "ECS",
            {
                "Strategy": "CANARY",
                "BakeTimeInMinutes": 15,
                "CanaryConfiguration": {"CanaryPercent": 10, "CanaryBakeTimeInMinutes": 5},
            },
        ),
    ],
)
def test_controller_and_configuration(
    name: str, controller: str, configuration: dict[str, Any], by_strategy: Mapping[str, Templates]
) -> None:
    service = service_of(by_strategy[name])
    written = dict(service["DeploymentConfiguration"])
    assert service["DeploymentController"] == {"Type": controller}
    if controller == "ECS":
        assert written.pop("DeploymentCircuitBreaker") == {"Enable": True, "Rollback": True}
        alarms = written.pop("Alarms")
        assert (len(alarms["AlarmNames"]), alarms["Enable"], alarms["Rollback"]) == (4, True, True)
    assert written == {"MinimumHealthyPercent": 100, "MaximumPercent": 200, **configuration}


def test_approval_reaches_the_deployment_group(by_strategy: Mapping[str, Templates]) -> None:
    (group,) = of_kind(by_strategy["codedeploy"]["hello"], "AWS::CodeDeploy::DeploymentGroup").values()
    ready = group["Properties"]["BlueGreenDeploymentConfiguration"]["DeploymentReadyOption"]
    assert ready == {"ActionOnTimeout": "STOP_DEPLOYMENT", "WaitTimeInMinutes": 30}


def test_a_rolling_updates_percentages(dev: Environment) -> None:
    rolling = model.RollingUpdate(min_healthy_percent=0, max_percent=150, circuit_breaker=False)
    written = service_of(synthesize(with_strategy(dev, rolling)))["DeploymentConfiguration"]
    assert (written["MinimumHealthyPercent"], written["MaximumPercent"]) == (0, 150)
    assert written["DeploymentCircuitBreaker"]["Enable"] is False


def test_a_smoke_tests_hook_is_an_output_where_an_appspec_names_it(dev: Environment) -> None:
    by_codedeploy, native = (
        synthesize(with_strategy(dev, deployment))["hello"] for deployment in WITH_SMOKE_TEST.values()
    )
    [prefix, function, suffix] = by_codedeploy["Outputs"]["Hooks"]["Value"]["Fn::Join"][1]
    assert (prefix, suffix) == ('{"AfterAllowTestTraffic":"', '"}')
    hook = by_codedeploy["Resources"][function["Fn::GetAtt"][0]]
    assert hook["Properties"]["Environment"]["Variables"]["TEST_PATH"] == "/healthz"
    assert "Hooks" not in native["Outputs"]


@pytest.mark.parametrize("name", STRATEGIES)
def test_no_other_stack_knows_the_strategy(name: str, by_strategy: Mapping[str, Templates]) -> None:
    for stack in ("network", "registry", "platform"):
        assert by_strategy[name][stack] == by_strategy["codedeploy"][stack]


def test_no_finding_with_any_strategy(dev: Environment) -> None:
    app = new_app()
    EnvironmentStage(app, environment=with_all(dev))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()  # raises where there is a finding


def test_cdks_validation_and_cfn_lint_have_nothing_to_say(tmp_path: Path) -> None:
    context = {**FEATURE_FLAGS, "@aws-cdk/core:validateAgainstDefaultRules": True}
    environment = os.environ | {
        "CDK_OUTDIR": str(tmp_path),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'constructs'}",
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_VALIDATION": "true",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.stacks.strategies_app"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    (plugin,) = json.loads((tmp_path / "validation-report.json").read_text())["pluginReports"]
    assert (plugin["pluginName"], plugin["violations"]) == ("CloudFormation Validate", [])
    written = {
        path.name.split(".")[0].removeprefix("dev"): str(path) for path in tmp_path.rglob("*.template.json")
    }
    expected = {name.replace("-", "") for name in ALL}
    templates = [path for name, path in written.items() if name[:-8] in expected]
    assert len(templates) == len(expected), written
    lint = subprocess.run(["cfn-lint", "--", *templates], capture_output=True, text=True, check=False)
    assert lint.returncode == 0, lint.stdout
