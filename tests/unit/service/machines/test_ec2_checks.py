"""What AWS refuses of a service on instances: a row for each impossible pair, none for the possible."""

from itertools import product

import pytest

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.native import NativeBlueGreen, NativeCanary, NativeLinear
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.machines.ec2_checks import count_mistakes, strategy_mistakes, traffic_mistakes
from ecs_platform.task.network_mode import NetworkMode

AWSVPC, BRIDGE, HOST, NONE = NetworkMode
NATIVE: list[Strategy] = [
    NativeBlueGreen(),
    NativeLinear(percent=20, step_minutes=1),
    NativeCanary(percent=10, canary_minutes=5),
]


def _of_strategy(strategy: Strategy, mode: NetworkMode, *, load_balancer: bool = True) -> list[str]:
    return [
        mistake.problem
        for mistake in strategy_mistakes(strategy, mode=mode, load_balancer=load_balancer, fewest_tasks=1)
    ]


@pytest.mark.parametrize("strategy", NATIVE)
@pytest.mark.parametrize("mode", [BRIDGE, HOST, NONE])
def test_no_strategy_of_ecs_moves_traffic_between_instances(strategy: Strategy, mode: NetworkMode) -> None:
    (problem,) = _of_strategy(strategy, mode)
    assert f"{type(strategy).__name__} moves traffic between two target groups of addresses" in problem
    assert f"in network mode {mode} targets are instances" in problem
    assert ("would ask for the same port" in problem) is (mode is HOST)


@pytest.mark.parametrize("strategy", NATIVE)
def test_in_awsvpc_they_all_do(strategy: Strategy) -> None:
    assert _of_strategy(strategy, AWSVPC) == []


@pytest.mark.parametrize("strategy", NATIVE)
def test_without_a_load_balancer_they_have_nothing_to_move(strategy: Strategy) -> None:
    (problem,) = _of_strategy(strategy, AWSVPC, load_balancer=False)
    assert problem == f"{type(strategy).__name__} moves traffic, and without a load balancer there is none."


@pytest.mark.parametrize(("mode", "load_balancer"), list(product(NetworkMode, [True, False])))
def test_codedeploy_releases_to_no_instance(mode: NetworkMode, load_balancer: bool) -> None:
    (problem,) = _of_strategy(CodeDeployBlueGreen(), mode, load_balancer=load_balancer)
    assert "starts its tasks on the cluster's default capacity" in problem


@pytest.mark.parametrize(("mode", "load_balancer"), list(product(NetworkMode, [True, False])))
def test_a_rolling_update_goes_anywhere(mode: NetworkMode, load_balancer: bool) -> None:
    assert _of_strategy(RollingUpdate(), mode, load_balancer=load_balancer) == []


def test_a_rolling_update_that_can_replace_no_task_is_refused() -> None:
    strategy = RollingUpdate(min_healthy_percent=60, max_percent=120)
    (mistake,) = strategy_mistakes(strategy, mode=BRIDGE, load_balancer=False, fewest_tasks=2)
    assert mistake.problem.startswith("At 2 running, min_healthy_percent=60 lets no task stop")
    assert mistake.where == "RollingUpdate(min_healthy_percent=..., max_percent=...)."


@pytest.mark.parametrize("mode", [AWSVPC, BRIDGE, HOST])
def test_a_load_balancer_reaches_a_port_in_every_mode_but_none(mode: NetworkMode) -> None:
    assert traffic_mistakes(mode=mode, port=8080, load_balancer=True, routing=True, scaling=None) == []


@pytest.mark.parametrize("mode", NetworkMode)
def test_a_service_needs_no_load_balancer(mode: NetworkMode) -> None:
    assert traffic_mistakes(mode=mode, port=None, load_balancer=False, routing=False, scaling=None) == []


@pytest.mark.parametrize(
    ("mode", "port", "load_balancer", "routing", "problem"),
    [
        (NONE, None, True, True, "In network mode none a task has no network"),
        (AWSVPC, None, True, True, "The task has no port"),
        (BRIDGE, None, True, True, "The task has no port"),
        (HOST, None, True, True, "The task has no port"),
        (AWSVPC, 80, True, False, "load_balancer is given, and routing is not."),
        (AWSVPC, 80, False, True, "routing is given, and load_balancer is not."),
    ],
)
def test_what_cannot_stand_in_front(
    mode: NetworkMode, port: int | None, load_balancer: bool, routing: bool, problem: str
) -> None:
    (mistake,) = traffic_mistakes(
        mode=mode, port=port, load_balancer=load_balancer, routing=routing, scaling=None
    )
    assert mistake.problem.startswith(problem)


@pytest.mark.parametrize("load_balancer", [True, False])
def test_requests_are_counted_by_a_load_balancer_alone(load_balancer: bool) -> None:
    found = traffic_mistakes(
        mode=AWSVPC,
        port=80,
        load_balancer=load_balancer,
        routing=load_balancer,
        scaling=Scaling(min_tasks=1, max_tasks=2, requests_per_minute_per_task=100),
    )
    assert [mistake.problem for mistake in found] == (
        [] if load_balancer else ["The service scales on requests, and no load balancer counts any."]
    )


@pytest.mark.parametrize(
    ("tasks", "grace"), [(0, 0), (5, 2_147_483_647), (Scaling(min_tasks=1, max_tasks=2, cpu_percent=60), 60)]
)
def test_counts_that_ecs_takes(tasks: Scaling | int, grace: int) -> None:
    assert count_mistakes(tasks, grace, kind="Ec2Service") == []


@pytest.mark.parametrize(
    ("tasks", "grace", "problems"),
    [
        (-1, 60, ["A service cannot run -1 tasks."]),
        (1, -1, ["health_check_grace_period_seconds is -1."]),
        (1, 2_147_483_648, ["health_check_grace_period_seconds is 2147483648."]),
        (-1, -1, ["A service cannot run -1 tasks.", "health_check_grace_period_seconds is -1."]),
    ],
)
def test_counts_that_it_does_not(tasks: int, grace: int, problems: list[str]) -> None:
    assert [mistake.problem for mistake in count_mistakes(tasks, grace, kind="Ec2Service")] == problems
