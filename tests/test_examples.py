"""Each example is run as it stands, and shows what it is there for."""

import contextlib
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks

from costs.bill import bill
from costs.prices import PRICES
from examples.__main__ import NAMES, main
from tests.synthesis import ROOT

BLUE_GREEN = {
    "AWS::ECS::Service": {"DeploymentController": {"Type": "CODE_DEPLOY"}},
    "AWS::CodeDeploy::DeploymentGroup": {},
}
# What each example holds exactly one of, with these properties.
SHOWS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "datadog": {
        "AWS::EC2::EIP": {"Domain": "vpc"},
        "AWS::ECS::TaskDefinition": {
            "Volumes": [{"Name": f"datadog-{name}"} for name in ("config", "run", "sockets", "tmp")]
        },
    },
    "efs": {"AWS::EFS::FileSystem": {"Encrypted": True}, "AWS::EFS::AccessPoint": {}},
    "firelens": {
        "AWS::ECS::TaskDefinition": {
            "ContainerDefinitions": [
                {"LogConfiguration": {"LogDriver": "awsfirelens"}},
                {"FirelensConfiguration": {"Type": "fluentbit"}},
            ]
        }
    },
    "ec2_capacity": {
        "AWS::AutoScaling::AutoScalingGroup": {"NewInstancesProtectedFromScaleIn": True},
        "AWS::ECS::CapacityProvider": {"AutoScalingGroupProvider": {"ManagedDraining": "ENABLED"}},
    },
    "bridge_mode": {
        "AWS::EC2::SecurityGroupIngress": {"FromPort": 32768, "ToPort": 60999},
        "AWS::ECS::TaskDefinition": {"NetworkMode": "bridge"},
    },
    "daemon": {"AWS::ECS::Service": {"SchedulingStrategy": "DAEMON", "LaunchType": "EC2"}},
    "existing_vpc": BLUE_GREEN,
    "external_service": {"AWS::ECS::Service": {"LaunchType": "EXTERNAL", "DesiredCount": 2}},
    "gpu": {
        "AWS::ECS::TaskDefinition": {
            "ContainerDefinitions": [{"ResourceRequirements": [{"Type": "GPU", "Value": "1"}]}]
        },
        "AWS::AutoScaling::AutoScalingGroup": {"MaxSize": "4"},
    },
    "hello_world": BLUE_GREEN | {"Custom::CDKContainerImageBuild": {}},
    "native_canary": {
        "AWS::ECS::Service": {
            "DeploymentConfiguration": {"Strategy": "CANARY", "CanaryConfiguration": {"CanaryPercent": 10}}
        }
    },
    "network_load_balancer": {
        "AWS::ElasticLoadBalancingV2::LoadBalancer": {"Type": "network"},
        "AWS::ECS::Service": {"DeploymentConfiguration": {"Strategy": "BLUE_GREEN"}},
    },
    "several_services": {"AWS::ElasticLoadBalancingV2::LoadBalancer": {"Type": "application"}},
    "scheduled_job": {"AWS::Scheduler::Schedule": {"ScheduleExpression": "cron(0 2 * * ? *)"}},
    "sidecars": {
        "AWS::ECS::Service": {"LoadBalancers": [{"ContainerName": "nginx", "ContainerPort": 8080}]},
        "AWS::ECS::TaskDefinition": {"Volumes": [{"Name": "public"}]},
    },
    "service_connect": {
        "AWS::ServiceDiscovery::PrivateDnsNamespace": {"Name": "shop.internal"},
        "AWS::ServiceDiscovery::Service": {"Name": "prices-tasks"},
    },
    "web_service": BLUE_GREEN,
    "worker": {
        "AWS::ApplicationAutoScaling::ScalingPolicy": {
            "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 100}
        }
    },
}


def test_every_example_is_here() -> None:
    assert sorted(SHOWS) == NAMES


def _synth_under_nag(app: cdk.App, synth: Callable[[cdk.App], object] = cdk.App.synth) -> None:
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    # A finding makes synth raise after the report is written; the report is what we read.
    with contextlib.suppress(RuntimeError):
        synth(app)


@pytest.mark.parametrize("example", SHOWS)
def test_an_example_shows_what_it_is_for_and_is_clean(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdk.App, "synth", _synth_under_nag)
    ran = runpy.run_path(str(ROOT / "examples" / f"{example}.py"))
    written = Path(ran["app"].outdir)
    report = json.loads((written / "validation-report.json").read_text())
    (pack,) = [plugin for plugin in report["pluginReports"] if plugin["pluginName"] == "AwsSolutions"]
    assert pack["violations"] == []
    (path,) = written.glob("*.template.json")
    template = Template.from_string(path.read_text())
    for kind, properties in SHOWS[example].items():
        template.resource_count_is(kind, 1)
        template.has_resource_properties(kind, properties)
    assert bill([json.loads(path.read_text())], PRICES["eu-central-1"]).unknown == []


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make examples` writes, CDK's own rules as errors."""
    folder = tmp_path_factory.mktemp("examples")
    done = subprocess.run(
        [sys.executable, "-m", "examples", "--to", str(folder)],
        cwd=ROOT,
        env=os.environ | {"CDK_VALIDATION": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    return folder


def test_every_template_is_written_where_it_is_said(written: Path) -> None:
    assert sorted(path.parent.name for path in written.glob("*/*.template.json")) == NAMES


def test_no_task_has_a_public_address_or_stands_where_load_balancers_face_the_internet(written: Path) -> None:
    services = 0
    for path in written.glob("*/*.template.json"):
        resources = list(json.loads(path.read_text())["Resources"].values())
        text = path.read_text()
        assert '"AssignPublicIp": "ENABLED"' not in text, path.name
        for field in ("MapPublicIpOnLaunch", "AssociatePublicIpAddress"):
            assert f'"{field}": true' not in text, path.name
        public = [
            subnet
            for each in resources
            if each["Type"] == "AWS::ElasticLoadBalancingV2::LoadBalancer"
            and each["Properties"]["Scheme"] == "internet-facing"
            for subnet in each["Properties"]["Subnets"]
        ]
        for each in resources:
            if each["Type"] != "AWS::ECS::Service":
                continue
            # Without one in bridge and host mode, and outside AWS.
            if place := each["Properties"].get("NetworkConfiguration"):
                services += 1
                assert [s for s in place["AwsvpcConfiguration"]["Subnets"] if s in public] == [], path.name
    assert services > 10


def test_cfn_lint_has_nothing_to_say(written: Path) -> None:
    templates = [str(path) for path in written.glob("*/*.template.json")]
    done = subprocess.run(["cfn-lint", "--", *templates], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_an_unknown_example_is_refused_with_those_there_are(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["wrokers", "web_service"], tmp_path) == 2
    assert capsys.readouterr().err == (
        f"There is no example wrokers. Allowed: {', '.join(NAMES)}. Change: NAME=...\n"
    )
    assert not list(tmp_path.iterdir())
