"""How near an environment is to its quotas."""

from collections.abc import Sequence
from typing import Any

import pytest

from environments.model import (
    JobSchedule,
    JobSettings,
    NativeBlueGreen,
    RollingUpdate,
    ScheduledCapacity,
    ServiceImage,
)
from operate.checking.finding import Finding, Verdict
from operate.checking.quotas import load_balancer_of, quota_checks
from operate.outputs import Deployed
from tests.operate.reading import ACCOUNT, PRODUCTION_RULE, REGION, StubbedAws

BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/dev/3333333333333333"


def vcpu(aws: StubbedAws, *, on_demand: float | None = 100, spot: float | None = 100) -> None:
    """The account's quotas of Fargate; None is one that AWS does not tell."""
    for code, value in (("L-3032A538", on_demand), ("L-36FBB829", spot)):
        if value is None:
            aws.refuses("service-quotas", "get_service_quota", "NoSuchResourceException")
        else:
            asked = {"ServiceCode": "fargate", "QuotaCode": code}
            aws.answers("service-quotas", "get_service_quota", {"Quota": {"Value": value}}, asked)


def found(aws: StubbedAws, *, rule: str | None = None, missing: int = 0) -> dict[str, Finding]:
    return {each.name: each for each in quota_checks(Deployed(aws), rule=rule, missing=missing)}


def configure(
    aws: StubbedAws,
    *,
    base: int = 0,
    weights: tuple[int, int] = (1, 0),
    jobs: Sequence[JobSettings] = (),
    **service: Any,
) -> None:
    """dev with Fargate and Spot in this ratio, and another service."""
    dev = aws.environment
    (hello,) = dev.services
    cluster = dev.cluster.model_copy(
        update={"fargate_base": base, "fargate_weight": weights[0], "fargate_spot_weight": weights[1]}
    )
    services = (hello.model_copy(update=service),)
    aws.environment = dev.model_copy(update={"cluster": cluster, "services": services, "jobs": tuple(jobs)})


def test_the_load_balancer_of_a_rule() -> None:
    assert load_balancer_of(PRODUCTION_RULE) == BALANCER


def test_vcpu_for_every_service_at_its_most_and_twice_over(stubbed: StubbedAws) -> None:
    scaling = stubbed.environment.services[0].scaling.model_copy(update={"max_tasks": 6})
    configure(stubbed, cpu=1024, scaling=scaling)
    vcpu(stubbed)
    (quota,) = found(stubbed).values()
    assert (quota.name, quota.verdict) == ("quota vCPU", Verdict.OK)
    assert quota.says == "12 vCPU of Fargate on demand at most, quota 100 of the account"


def test_too_few_vcpu_is_a_warning_with_the_request(stubbed: StubbedAws) -> None:
    scaling = stubbed.environment.services[0].scaling.model_copy(update={"max_tasks": 7})
    configure(stubbed, cpu=512, scaling=scaling)
    vcpu(stubbed, on_demand=6)
    (quota,) = found(stubbed).values()
    assert quota.verdict is Verdict.WARNING
    assert quota.fix is not None
    assert "--quota-code L-3032A538 --desired-value 7 --region eu-central-1" in quota.fix


def test_vcpu_are_divided_as_tasks_are(stubbed: StubbedAws) -> None:
    configure(stubbed, weights=(1, 3), cpu=1024)  # four tasks at most
    vcpu(stubbed, spot=5)
    (quota,) = found(stubbed).values()
    assert quota.says == (
        "2 vCPU of Fargate on demand at most, quota 100 of the account; "
        "6 vCPU of Fargate Spot at most, quota 5 of the account"
    )
    assert quota.verdict is Verdict.WARNING
    assert quota.fix is not None
    assert quota.fix.count("L-36FBB829") == 1
    assert "L-3032A538" not in quota.fix


@pytest.mark.parametrize(
    ("deployment", "wanted"),
    [(RollingUpdate(max_percent=150), 15), (RollingUpdate(), 20), (NativeBlueGreen(), 20)],
)
def test_vcpu_at_the_bound_of_a_schedule_and_as_the_deployment_says(
    stubbed: StubbedAws, deployment: RollingUpdate | NativeBlueGreen, wanted: int
) -> None:
    sale = ScheduledCapacity(name="sale", expression="rate(1 day)", max_tasks=10)
    scaling = stubbed.environment.services[0].scaling.model_copy(update={"schedules": (sale,)})
    configure(stubbed, cpu=1024, scaling=scaling, deployment=deployment)
    vcpu(stubbed)
    (quota,) = found(stubbed).values()
    assert quota.says == f"{wanted} vCPU of Fargate on demand at most, quota 100 of the account"


def test_vcpu_of_the_first_tasks_of_jobs_and_of_migrations_are_on_demand(stubbed: StubbedAws) -> None:
    nightly = JobSchedule(name="nightly", expression="cron(0 2 * * ? *)")
    report = JobSettings(
        name="report", image=ServiceImage(service="hello"), cpu=512, memory_mib=1024, schedules=[nightly]
    )
    configure(stubbed, base=2, weights=(0, 1), jobs=[report], cpu=1024, migration=("migrate",))
    vcpu(stubbed)
    (quota,) = found(stubbed).values()
    # Two of the eight tasks that a release runs, its migration, and the job twice.
    assert quota.says == (
        "4 vCPU of Fargate on demand at most, quota 100 of the account; "
        "6 vCPU of Fargate Spot at most, quota 100 of the account"
    )


def test_a_quota_that_aws_does_not_tell(stubbed: StubbedAws) -> None:
    vcpu(stubbed, on_demand=None)
    (quota,) = found(stubbed).values()
    assert (quota.verdict, quota.says.startswith("not known: ")) == (Verdict.WARNING, True)


def load_balancer(aws: StubbedAws, *, rules: int = 2, groups: int = 2, told: bool = True) -> None:
    """One listener with its default rule and others, and target groups; both questions ask one client."""
    names = ("rules-per-application-load-balancer", "target-groups-per-application-load-balancer")
    limits = {"Limits": [{"Name": name, "Max": "100"} for name in names] if told else []}
    answers = {
        "describe_listeners": {"Listeners": [{"ListenerArn": "listener"}]},
        "describe_rules": {"Rules": [{"IsDefault": True}, *[{"IsDefault": False}] * rules]},
        "describe_target_groups": {"TargetGroups": [{"TargetGroupName": "g"}] * groups},
        "describe_account_limits": limits,
    }
    aws.always("elbv2", answers)


@pytest.mark.parametrize(
    ("used", "missing", "verdict"),
    [(2, 0, Verdict.OK), (80, 0, Verdict.OK), (81, 0, Verdict.WARNING), (98, 1, Verdict.WARNING),
     (98, 2, Verdict.REFUSED)],
)  # fmt: skip
def test_rules_and_groups_of_the_load_balancer(
    stubbed: StubbedAws, used: int, missing: int, verdict: Verdict
) -> None:
    vcpu(stubbed)
    load_balancer(stubbed, rules=used, groups=used)
    quotas = found(stubbed, rule=PRODUCTION_RULE, missing=missing)
    more = f", {2 * missing} more wanted" if missing else ""
    assert quotas["quota rules"].says == f"{used} of 100 rules of the load balancer in use{more}"
    assert quotas["quota groups"].says == f"{used} of 100 target groups of the load balancer in use{more}"
    assert quotas["quota rules"].verdict is quotas["quota groups"].verdict is verdict
    assert (quotas["quota rules"].fix is None) == (verdict is Verdict.OK)


def test_a_limit_that_aws_does_not_tell(stubbed: StubbedAws) -> None:
    vcpu(stubbed)
    load_balancer(stubbed, told=False)
    quota = found(stubbed, rule=PRODUCTION_RULE)["quota groups"]
    assert (quota.verdict, quota.says) == (
        Verdict.WARNING,
        "not known: AWS tells no target-groups-per-application-load-balancer",
    )
