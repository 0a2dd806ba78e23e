"""How a new version takes over: one field, five classes."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

from environments.model import (
    AllAtOnce,
    CodeDeployBlueGreen,
    NativeBlueGreen,
    NativeCanary,
    NativeLinear,
    RollingUpdate,
    Scaling,
    ScheduledCapacity,
    SmokeTest,
)

DEPLOYMENT = "services[0].deployment"
SCALING = "services[0].scaling"


@pytest.mark.parametrize(
    "strategy",
    [
        CodeDeployBlueGreen(traffic=AllAtOnce(), termination_wait_minutes=0, approval_wait_minutes=2880),
        CodeDeployBlueGreen(
            traffic=AllAtOnce(), termination_wait_minutes=0, smoke_test=SmokeTest(path="/healthz?deep=1")
        ),
        RollingUpdate(),
        RollingUpdate(min_healthy_percent=0, max_percent=100, circuit_breaker=False),
        NativeBlueGreen(),
        NativeBlueGreen(bake_minutes=0, smoke_test=SmokeTest(path="/", status=302, timeout_seconds=780)),
        NativeLinear(percent=3, step_minutes=1),
        NativeLinear(percent=50, step_minutes=1440, bake_minutes=540),
        NativeCanary(percent=1, canary_minutes=1440, bake_minutes=540),
    ],
)
def test_strategies(mistakes, strategy):
    assert mistakes({DEPLOYMENT: strategy}) == []


@pytest.mark.parametrize(
    ("strategy", "refusal"),
    [
        (
            CodeDeployBlueGreen(traffic=AllAtOnce(), termination_wait_minutes=0, approval_wait_minutes=0),
            ".approval_wait_minutes (shop): Outside the range. Allowed: 1 to 2,880 minutes (two days).",
        ),
        (
            RollingUpdate(max_percent=201),
            ".max_percent (shop): Outside the range. Allowed: 100 to 200 percent.",
        ),
        (
            RollingUpdate(min_healthy_percent=101),
            ".min_healthy_percent (shop): Outside the range. Allowed: 0 to 100 percent.",
        ),
        (
            NativeBlueGreen(bake_minutes=1441),
            ".bake_minutes (shop): Outside the range. Allowed: 0 to 1,440 minutes (a day).",
        ),
        (
            NativeLinear(percent=2, step_minutes=5),
            ".percent (shop): Outside the range. Allowed: 3 to 99 percent; 100 is NativeBlueGreen().",
        ),
        (
            NativeLinear(percent=10, step_minutes=0),
            ".step_minutes (shop): Outside the range. Allowed: 1 to 1,440 minutes (a day).",
        ),
        (
            NativeLinear(percent=10, step_minutes=219),
            " (shop): A deployment would wait 1,986 minutes, and CloudFormation waits with it. Allowed: 1,980 minutes (33 hours) in all, or CodeDeployBlueGreen(...), with which no stack waits.",
        ),
        (
            NativeCanary(percent=100, canary_minutes=5),
            ".percent (shop): Outside the range. Allowed: 1 to 99 percent; 100 is NativeBlueGreen().",
        ),
        (
            NativeCanary(percent=10, canary_minutes=1440, bake_minutes=541),
            " (shop): A deployment would wait 1,981 minutes, and CloudFormation waits with it. Allowed: 1,980 minutes (33 hours) in all, or CodeDeployBlueGreen(...), with which no stack waits.",
        ),
        (
            NativeCanary(canary_minutes=5),  # pyright: ignore
            ".percent (shop): Missing. Allowed: a whole number.",
        ),
        (
            CodeDeployBlueGreen(traffic=AllAtOnce(), termination_wait_minutes=5, circuit_breaker=True),  # pyright: ignore
            ".circuit_breaker (shop): CodeDeployBlueGreen has no such field. Allowed: traffic, termination_wait_minutes, approval_wait_minutes, smoke_test.",
        ),
        (
            RollingUpdate(smoke_test=SmokeTest(path="/")),  # pyright: ignore
            ".smoke_test (shop): RollingUpdate has no such field. Allowed: min_healthy_percent, max_percent, circuit_breaker.",
        ),
        (
            NativeBlueGreen(smoke_test=SmokeTest(path="healthz")),
            ".smoke_test.path (shop): Not a path. Allowed: a path that begins with /, with a query if need be, such as '/healthz?deep=1'.",
        ),
        (
            NativeBlueGreen(smoke_test=SmokeTest(path="/", status=199)),
            ".smoke_test.status (shop): Outside the range. Allowed: 200 to 599.",
        ),
        (
            NativeBlueGreen(smoke_test=SmokeTest(path="/", timeout_seconds=781)),
            ".smoke_test.timeout_seconds (shop): Outside the range. Allowed: 10 to 780 seconds.",
        ),
    ],
)
def test_refused(mistakes, strategy, refusal):
    assert mistakes({DEPLOYMENT: strategy}) == [f"{DEPLOYMENT}{refusal}"]


def test_another_class_is_answered_with_the_five(mistakes):
    [refused] = mistakes({DEPLOYMENT: AllAtOnce()})
    assert refused.startswith(f"{DEPLOYMENT} (shop): ")
    assert all(name in refused for name in ("CodeDeployBlueGreen", "RollingUpdate", "NativeCanary"))


@pytest.mark.parametrize(("tasks", "enough"), [(1, 200), (2, 150), (3, 134)])
def test_a_rolling_update_is_not_stuck_at_the_fewest_tasks(mistakes, tasks, enough):
    scaling = Scaling(min_tasks=tasks, max_tasks=9, cpu_percent=50)
    assert mistakes({SCALING: scaling, DEPLOYMENT: RollingUpdate(max_percent=enough)}) == []
    assert mistakes({SCALING: scaling, DEPLOYMENT: RollingUpdate(max_percent=enough - 1)}) == [
        f"{DEPLOYMENT}.max_percent (shop): At {tasks} running, no task may stop and none may start in its place. Allowed: {enough} or more, a lower min_healthy_percent, or more tasks."
    ]
    lower = RollingUpdate(max_percent=enough - 1, min_healthy_percent=0)
    assert mistakes({SCALING: scaling, DEPLOYMENT: lower}) == []


def test_a_schedule_may_be_what_makes_it_stuck(mistakes):
    night = ScheduledCapacity(name="night", expression="rate(1 day)", min_tasks=1)
    scaling = Scaling(min_tasks=4, max_tasks=9, cpu_percent=50, schedules=[night])
    [refused] = mistakes({SCALING: scaling, DEPLOYMENT: RollingUpdate(max_percent=150)})
    assert "At 1 running" in refused


@pytest.mark.parametrize(
    ("strategy", "during"),
    [
        (RollingUpdate(min_healthy_percent=50, max_percent=100), 40),
        (RollingUpdate(max_percent=150), 60),
        (RollingUpdate(), 80),
        (NativeBlueGreen(), 80),
        (NativeCanary(percent=5, canary_minutes=5), 80),
        (CodeDeployBlueGreen(traffic=AllAtOnce(), termination_wait_minutes=5), 80),
    ],
)
def test_addresses_for_what_a_deployment_runs_at_its_peak(mistakes, strategy, during):
    # With 24 for endpoints a /26, which has 59, holds 35 of the 40 to 80 tasks that may all be in one zone.
    refused, _ = mistakes(
        {
            "network.zones[0].private_cidr": "10.0.16.0/26",
            "network.zones[1].private_cidr": "10.0.32.0/26",
            SCALING: Scaling(min_tasks=40, max_tasks=40),
            DEPLOYMENT: strategy,
        }
    )
    assert f"{during + 24} are needed: {during} for the share of {during} tasks" in refused
    assert f"(the 40 that all services may reach, and {during - 40} that their deployments run" in refused


def test_a_migration_is_a_list_of_words(mistakes):
    assert mistakes({"services[0].migration": ["python", "-m", "app.migrate", "two words"]}) == []
    assert mistakes({"services[0].migration": "python -m app.migrate"}) == [
        "services[0].migration (shop): Not a value for this field. Allowed: a list."
    ]
    assert mistakes({"services[0].migration": ["python", ""]}) == [
        "services[0].migration[1] (shop): An empty word. Allowed: a word of the command, not empty."
    ]


@pytest.mark.parametrize(
    "deployment", [RollingUpdate(), NativeBlueGreen(), NativeCanary(percent=10, canary_minutes=5)]
)
def test_a_migration_that_nothing_would_run(mistakes, deployment):
    assert mistakes({"services[0].deployment": deployment, "services[0].migration": ["migrate"]}) == [
        f"services[0].migration (shop): With {type(deployment).__name__} the update of the stack is the "
        "release, and nothing would run it. Allowed: none, and a job that `make run` runs before "
        "`make deploy`; or CodeDeployBlueGreen(...)."
    ]
    assert mistakes({"services[0].deployment": deployment}) == []
