"""`doctor` on dev as it is deployed, on parts of it, and on what is broken in it."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from environments.loading.files import Loaded
from environments.model import Environment, RegistryImage
from operate import cli
from operate.aws import Aws
from operate.checking import doctor as doctors
from operate.checking.doctor import doctor, examine
from operate.checking.finding import Finding, Verdict
from operate.commands import arguments
from operate.outputs import Deployed
from operate.problem import ExitCode
from rehearsal.in_process import InProcessAws
from tests.operate.reading import FAMILY, LIVE, SERVICE, StubbedAws, task_definition

BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"


def found(deployed: Deployed) -> dict[str, list[Finding]]:
    """The findings by name."""
    by_name: dict[str, list[Finding]] = {}
    for each in examine(deployed):
        by_name.setdefault(each.name, []).append(each)
    return by_name


def shown(deployed: Deployed, *, as_json: bool = False) -> tuple[ExitCode, str]:
    out = io.StringIO()
    code = doctor(deployed, as_json=as_json, console=Console(file=out, width=60))
    return code, out.getvalue()


def changed(dev: Environment, **fields: Any) -> Deployed:
    """The way into the same AWS for an environment that differs from dev."""
    return Deployed(Aws(dev.model_copy(update=fields)))


def test_nothing_is_refused_in_dev_as_it_is_deployed(dev_deployed: Deployed, dev_aws: InProcessAws) -> None:
    findings = examine(dev_deployed)
    names = [each.name for each in findings]
    assert names == [
        *("account", "bootstrap", "zones", "roles", "stacks", "endpoints"),
        *("quota vCPU", "quota rules", "quota groups"),
        *(
            f"hello {name}"
            for name in (
                *("image", "deployment", "service", "scaling", "weights", "alarms"),
                *("exec", "release"),
            )
        ),
    ]
    assert [each for each in findings if each.verdict is Verdict.REFUSED] == []
    said = {each.name: each.says for each in findings}
    assert said["account"] == "123456789012 in eu-central-1"
    assert said["zones"] == "eu-central-1a, eu-central-1b"
    assert said["stacks"] == "4 of 4 deployed and well"
    assert said["endpoints"] == "ecr.api, ecr.dkr, logs, s3 reached by endpoint"
    assert said["quota rules"] == "2 of 100 rules of the load balancer in use"
    revision = dev_aws.outputs("dev-hello")["TaskDefinitionArn"].rpartition("/")[2]
    assert said["hello release"] == f"hello runs {revision} already, the configured revision."
    assert all(
        each.fix for each in findings if each.verdict is not Verdict.OK and "not known" not in each.says
    )


@pytest.fixture
def typed_dev(dev: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who types `dev` means the one that is deployed here."""
    loaded = Loaded(environments=(dev,), mistakes=(), unfilled={"dev": ()})
    monkeypatch.setattr(arguments, "load", lambda *_: loaded)


@pytest.mark.usefixtures("typed_dev")
def test_one_line_each_with_the_fix_and_the_code_for_ci(
    dev_aws: InProcessAws, capsys: pytest.CaptureFixture[str]
) -> None:
    with other_bootstrap(dev_aws, "5"):
        assert cli.main(["doctor", "dev"]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert cli.main(["doctor", "dev", "--json"]) == 1
        document = json.loads(capsys.readouterr().out)
    assert len(lines) == len(document["findings"]) == 17
    assert (
        "refused  bootstrap         version 5 of the bootstrap stack hnb659fds; 6 is needed "
        "-> make bootstrap ENV=dev"
    ) in lines
    assert document["findings"][1] == {
        "name": "bootstrap",
        "verdict": "refused",
        "says": "version 5 of the bootstrap stack hnb659fds; 6 is needed",
        "fix": "make bootstrap ENV=dev",
    }
    assert cli.main(["doctor", "dev"]) == 0


@contextmanager
def other_bootstrap(aws: InProcessAws, version: str) -> Iterator[None]:
    """Another version of the bootstrap stack for a while."""
    ssm = aws.client("ssm")
    before = ssm.get_parameter(Name=BOOTSTRAP)["Parameter"]["Value"]
    put = {"Name": BOOTSTRAP, "Type": "String", "Overwrite": True}
    ssm.put_parameter(**put, Value=version)
    try:
        yield
    finally:
        ssm.put_parameter(**put, Value=before)


def test_an_environment_that_is_not_deployed(dev: Environment, dev_aws: InProcessAws) -> None:
    deployed = changed(dev, name="empty")
    by_name = found(deployed)
    (stacks,) = by_name["stacks"]
    assert (stacks.verdict, stacks.says) == (Verdict.WARNING, "nothing is deployed")
    assert stacks.fix == "make deploy ENV=empty"
    assert set(by_name) == {"account", "bootstrap", "zones", "roles", "stacks", "quota vCPU"}
    assert shown(deployed)[0] is ExitCode.DONE  # nothing stands in the way of the first deployment


def test_an_environment_that_is_partly_deployed(dev: Environment, dev_aws: InProcessAws) -> None:
    (hello,) = dev.services
    other = hello.model_copy(update={"name": "other", "image": RegistryImage(tag="v9")})
    by_name = found(changed(dev, services=(hello, other)))
    missing, well = by_name["stacks"]
    assert (missing.verdict, missing.says) == (Verdict.WARNING, "not deployed: dev-other")
    assert well.says == "4 of 5 deployed and well"
    assert by_name["quota rules"][0].says.endswith(
        "2 of 100 rules of the load balancer in use, 2 more wanted"
    )
    assert "hello weights" in by_name
    (image,) = by_name["other image"]
    assert (image.verdict, "other is to run dev/other:v9" in image.says) == (Verdict.REFUSED, True)
    assert "other weights" not in by_name


def test_a_service_that_was_deleted_by_hand(
    dev_deployed: Deployed, dev_aws: InProcessAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = {"services": [], "failures": [{"reason": "MISSING"}]}
    monkeypatch.setattr(dev_deployed.aws.client("ecs"), "describe_services", lambda **_: empty)
    by_name = found(dev_deployed)
    (service,) = by_name["hello service"]
    assert service.verdict is Verdict.REFUSED
    assert service.says == "There is no service hello in the cluster dev."
    assert "hello weights" not in by_name
    assert by_name["stacks"][0].verdict is Verdict.OK  # the rest has its say


def swapped(aws: InProcessAws) -> tuple[str, dict[str, int]]:
    """Send the users of hello to green, where no task is, with sticky sessions; and what would be right."""
    outputs = aws.outputs("dev-hello")
    groups = [outputs["BlueTargetGroup"], outputs["GreenTargetGroup"]]
    forward = {
        "TargetGroups": [
            {"TargetGroupArn": arn, "Weight": weight} for arn, weight in zip(groups, (0, 100), strict=True)
        ],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
    }
    rule = outputs["ProductionRule"]
    aws.client("elbv2").modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": forward}])
    return rule, dict(zip(groups, (100, 0), strict=True))


@pytest.mark.usefixtures("typed_dev")
def test_repair_puts_the_users_back(
    dev_aws: InProcessAws, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, right = swapped(dev_aws)
    elb = dev_aws.client("elbv2")
    conditions = elb.describe_rules(RuleArns=[rule])["Rules"][0]["Conditions"]
    assert cli.main(["doctor", "dev"]) == 1
    assert "hello weights     ECS holds the blue tasks for the live ones" in capsys.readouterr().out

    # Nobody is there to answer, and nothing is changed.
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert cli.main(["doctor", "dev", "--repair"]) == 2
    shown = capsys.readouterr()
    assert (
        f"hello: the production rule goes from blue 0, green 100 to blue 100, green 0 ({rule})." in shown.out
    )
    assert "Nothing was changed.\nNext: the same command with --yes does not ask." in shown.err
    assert weights(elb, rule) != right

    assert cli.main(["doctor", "dev", "--repair", "--yes", "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["environment"] == "dev"  # nothing else on stdout
    assert "hello: the production rule is changed." in shown.err
    assert weights(elb, rule) == right
    repaired = elb.describe_rules(RuleArns=[rule])["Rules"][0]
    assert repaired["Conditions"] == conditions
    kept = repaired["Actions"][0]["ForwardConfig"]["TargetGroupStickinessConfig"]
    assert (kept["Enabled"], kept["DurationSeconds"]) == (True, 60)

    assert cli.main(["doctor", "dev", "--repair"]) == 0
    assert capsys.readouterr().out.startswith("Nothing to repair")


def weights(elb: Any, rule: str) -> dict[str, int]:
    groups = elb.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"][0]["ForwardConfig"]["TargetGroups"]
    return {group["TargetGroupArn"]: group["Weight"] for group in groups}


def test_denied_questions_are_said_and_refuse_nothing(dev: Environment, stubbed: StubbedAws) -> None:
    missing = "Stack with id dev does not exist"
    for _ in range(4):
        stubbed.refuses("cloudformation", "describe_stacks", "ValidationError", missing)
    for service, action in (
        ("ssm", "get_parameter"),
        ("ec2", "describe_availability_zones"),
        ("iam", "get_role"),
        ("service-quotas", "get_service_quota"),
    ):
        stubbed.refuses(service, action, "AccessDeniedException", "Not you.")
    code, text = shown(Deployed(stubbed))
    assert code is ExitCode.DONE
    assert text.count("not known: Not allowed: ") == 4
    assert "Traceback" not in text


def exec_finding(stubbed: StubbedAws, **definition: Any) -> Finding:
    stubbed.answers("ecs", "describe_task_definition", task_definition(3, **definition))
    return doctors._exec(stubbed, SERVICE, replace(LIVE, exec_enabled=True))


def test_exec_that_is_off_asks_nothing(stubbed: StubbedAws) -> None:
    assert doctors._exec(stubbed, SERVICE, LIVE).says == "off, nobody gets a shell"


def test_exec_needs_a_role_and_a_root_it_may_write(stubbed: StubbedAws) -> None:
    role = {"taskRoleArn": "arn:aws:iam::123456789012:role/task"}
    container = {"name": "app", "image": "hello:v3"}
    ready = exec_finding(stubbed, **role, containerDefinitions=[container])
    assert (ready.verdict, ready.says) == (Verdict.OK, "on")
    no_role = exec_finding(stubbed, containerDefinitions=[container])
    assert (no_role.verdict, "no role" in no_role.says) == (Verdict.REFUSED, True)
    closed = exec_finding(
        stubbed, **role, containerDefinitions=[{**container, "readonlyRootFilesystem": True}]
    )
    assert (closed.verdict, "read-only" in closed.says) == (Verdict.WARNING, True)


def test_a_configured_revision_that_is_not_released(stubbed: StubbedAws) -> None:
    older = doctors._released(stubbed, SERVICE, replace(LIVE, revision=f"{FAMILY}:2"))
    assert (older.verdict, older.says) == (
        Verdict.WARNING,
        "dev-hello:2 runs, and dev-hello:3 is configured",
    )
    assert older.fix == "make release ENV=dev SERVICE=hello"


def test_a_released_image_on_the_configured_revision_is_well(stubbed: StubbedAws) -> None:
    derived = replace(LIVE, revision=f"{FAMILY}:4", base="dev-hello:3")
    finding = doctors._released(stubbed, SERVICE, derived)
    assert finding.verdict is Verdict.OK
    assert finding.says == f"dev-hello:4 runs: dev-hello:3 with the image {LIVE.image}"
