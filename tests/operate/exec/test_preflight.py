"""What has to be so before a session: each thing alone, and all that is wrong at once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from operate.checking.finding import Finding, Verdict
from operate.entering.preflight import preflight
from operate.entering.target import choose
from tests.operate.exec import samples
from tests.operate.exec.samples import definition, network, ready, task
from tests.operate.reading import SERVICE, StubbedAws

REFUSED, WARNING, OK = Verdict.REFUSED, Verdict.WARNING, Verdict.OK


def found(aws: StubbedAws, **changes: Any) -> dict[str, Finding]:
    ready(aws, **changes)
    target = choose(aws, SERVICE, task=None, container=changes.get("container"))
    findings = preflight(aws, SERVICE, target)
    by_name = {each.name: each for each in findings}
    assert len(by_name) == len(findings)
    return by_name


def test_all_is_well(stubbed: StubbedAws) -> None:
    findings = found(stubbed)
    assert {name: each.verdict for name, each in findings.items()} == dict.fromkeys(
        ["service", "agent", "platform", "root", "init", "audit log", "network", "task role"], OK
    )
    assert findings["audit log"].says == "dev-platform-ClusterExecLogs-1, encrypted"
    assert findings["network"].says == "kms, logs, ssmmessages are reached"


READ_ONLY = definition(app={"readonlyRootFilesystem": True})
NO_INIT = definition(app={"linuxParameters": {}})
WITH_KEYS = definition(
    app={
        "environment": [{"name": "AWS_ACCESS_KEY_ID", "value": "x"}, {"name": "A", "value": "x"}],
        "secrets": [{"name": "AWS_SECRET_ACCESS_KEY", "valueFrom": "x"}],
    }
)
STOPPED = {"name": "ExecuteCommandAgent", "lastStatus": "STOPPED", "reason": "no permission"}
PENDING = {"name": "ExecuteCommandAgent", "lastStatus": "PENDING"}


@pytest.mark.parametrize(
    ("changes", "name", "verdict", "says", "fix"),
    [
        ({"service_on": False}, "service", REFUSED, "ECS Exec is off", "exec_enabled=True for hello in"),
        (
            {"tasks": [task(enableExecuteCommand=False)]},
            "service",
            REFUSED,
            "ECS Exec is on, but task aaa1 is older than that",
            'make release ENV=dev SERVICE=hello ARGS="--force" starts new tasks',
        ),
        (
            {"tasks": [task(agent=STOPPED)]},
            "agent",
            REFUSED,
            "STOPPED in app: no permission",
            "it starts with the task alone",
        ),
        ({"tasks": [task(agent=PENDING)]}, "agent", REFUSED, "starts", "some seconds"),
        ({"tasks": [task(agent=None)]}, "agent", REFUSED, "not there in app", "what else is refused"),
        (
            {"tasks": [task(platformVersion="1.3.0")]},
            "platform",
            REFUSED,
            "version 1.3.0 of Fargate, and ECS Exec needs 1.4.0",
            "platform version LATEST, or 1.4.0",
        ),
        (
            {"tasks": [task(platformVersion="1.0.0", platformFamily="Windows Server 2022 Core")]},
            "platform",
            OK,
            "version 1.0.0",
            None,
        ),
        (
            {"tasks": [task(platformVersion=None, launchType="EC2")]},
            "platform",
            WARNING,
            "not looked at: the task runs on EC2",
            None,
        ),
        (
            {"tasks": [task(platformVersion=None)]},
            "platform",
            WARNING,
            "not known: ECS does not say which version of Fargate",
            None,
        ),
        (
            {"definition": READ_ONLY},
            "root",
            REFUSED,
            "the root file system of app is read-only, and the agent has to write to it",
            "exec_enabled=True in environments/dev.py makes it writable",
        ),
        ({"definition": READ_ONLY, "container": "side"}, "root", OK, "side may write", None),
        ({"definition": NO_INIT}, "init", WARNING, "app has no init process", "initProcessEnabled"),
        (
            {"definition": WITH_KEYS},
            "variables",
            WARNING,
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: the agent takes these credentials",
            "grant the task role",
        ),
        (
            {"definition": definition(pidMode="task")},
            "processes",
            WARNING,
            "one session at a time",
            None,
        ),
        (
            {"network": network("kms", "logs")},
            "network",
            REFUSED,
            "hello cannot reach ssmmessages: no endpoint, and no way to the internet",
            "make deploy ENV=dev",
        ),
        ({"network": network("ssmmessages", "logs")}, "network", REFUSED, "cannot reach kms", "make deploy"),
        ({"network": network(nat=True)}, "network", OK, "are reached", None),
        (
            {"recording": samples.configuration(kmsKeyId=None), "network": network("ssmmessages", "logs")},
            "network",
            OK,
            "logs, ssmmessages are reached",
            None,
        ),
        ({"recording": {"logging": "NONE"}}, "audit log", WARNING, "not written down", "make deploy"),
        ({"recording": {}}, "audit log", WARNING, "to the task's own log, if at all", "make deploy"),
        ({"groups": []}, "audit log", REFUSED, "which does not exist", "make deploy"),
        (
            {"groups": [{"logGroupName": samples.AUDIT}]},
            "audit log",
            REFUSED,
            "wants dev-platform-ClusterExecLogs-1 encrypted, and it is not",
            "make deploy",
        ),
        (
            {"groups": [{"logGroupName": f"{samples.AUDIT}0", "kmsKeyId": "x"}]},
            "audit log",
            REFUSED,
            "does not exist",
            "make deploy",
        ),
        (
            {"recording": samples.configuration(kmsKeyId=None)},
            "audit log",
            WARNING,
            "no key of the cluster's own encrypts the sessions",
            "make deploy",
        ),
        (
            {"denied": ["kms:Decrypt"]},
            "task role",
            REFUSED,
            "dev-hello-TaskRolesTask-1 may not kms:Decrypt",
            "exec_enabled=True gives it all of them",
        ),
        (
            {"definition": definition(taskRoleArn=None)},
            "task role",
            REFUSED,
            "the task has none; the execution role does not help",
            "docs/exec.md",
        ),
    ],
)
def test_what_stands_in_the_way(
    stubbed: StubbedAws, *, changes: dict[str, Any], name: str, verdict: Verdict, says: str, fix: str | None
) -> None:
    finding = found(stubbed, **changes)[name]
    assert finding.verdict is verdict
    assert says in finding.says
    assert (fix in finding.fix) if fix and finding.fix else fix is finding.fix


def test_everything_that_is_wrong_at_once(stubbed: StubbedAws) -> None:
    findings = found(
        stubbed,
        service_on=False,
        tasks=[task(agent=STOPPED, platformVersion="1.3.0", enableExecuteCommand=False)],
        definition=READ_ONLY,
        denied=["ssmmessages:OpenDataChannel"],
        network=network(),
        groups=[],
    )
    assert [name for name, each in findings.items() if each.verdict is REFUSED] == [
        "service",
        "agent",
        "platform",
        "root",
        "audit log",
        "network",
        "task role",
    ]


@pytest.fixture
def denies(stubbed: StubbedAws) -> Iterator[Callable[[str, str], None]]:
    """Lets AWS refuse one action, whatever else it answers."""
    kept: list[tuple[Any, str, Any]] = []

    def deny(service: str, action: str) -> None:
        meta = stubbed.client(service).meta
        error = {"Error": {"Code": "AccessDeniedException", "Message": "No."}}

        def answer(**_: Any) -> Any:
            return AWSResponse("", 400, {}, None), {**error, "ResponseMetadata": {"HTTPStatusCode": 400}}

        event = f"before-call.{meta.service_model.service_id.hyphenize()}.{action}"
        meta.events.register_first(event, answer)
        kept.append((meta.events, event, answer))

    yield deny
    for events, event, answer in kept:
        events.unregister(event, answer)


@pytest.mark.parametrize(
    ("service", "action", "unknown", "missing"),
    [
        ("iam", "SimulatePrincipalPolicy", "task role", set()),
        ("ec2", "DescribeSubnets", "network", set()),
        ("logs", "DescribeLogGroups", "audit log", set()),
        ("ecs", "DescribeTaskDefinition", "task definition", {"root", "init", "task role"}),
        ("ecs", "DescribeClusters", "cluster", {"audit log", "network", "task role"}),
    ],
)
def test_what_may_not_be_asked_is_not_known_and_all_else_is(
    stubbed: StubbedAws,
    *,
    denies: Callable[[str, str], None],
    service: str,
    action: str,
    unknown: str,
    missing: set[str],
) -> None:
    denies(service, action)
    findings = found(stubbed)
    assert findings[unknown].verdict is WARNING
    assert findings[unknown].says.startswith("not known: Not allowed: ")
    others = {"service", "agent", "platform", "root", "init", "audit log", "network", "task role"}
    assert {name for name, each in findings.items() if each.verdict is OK} == others - missing - {unknown}
