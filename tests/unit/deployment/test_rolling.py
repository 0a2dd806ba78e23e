import pytest

from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.stages import NativeStage
from ecs_platform.problem import ConfigurationError


def test_the_default_replaces_one_by_one_and_rolls_back() -> None:
    strategy = RollingUpdate()
    assert (strategy.min_healthy_percent, strategy.max_percent) == (100, 200)
    assert strategy.circuit_breaker
    assert strategy.roll_back_on_alarm


@pytest.mark.parametrize(
    ("percentages", "refusal"),
    [
        ({"min_healthy_percent": -1}, "min_healthy_percent of a rolling update is -1. Allowed: 0 to 100."),
        ({"min_healthy_percent": 101}, "min_healthy_percent of a rolling update is 101. Allowed: 0 to 100."),
        ({"max_percent": 99}, "max_percent of a rolling update is 99. Allowed: 100 to 200."),
        ({"max_percent": 201}, "max_percent of a rolling update is 201. Allowed: 100 to 200."),
    ],
)
def test_percentages_ecs_does_not_take(percentages: dict[str, int], refusal: str) -> None:
    with pytest.raises(ConfigurationError, match=refusal):
        RollingUpdate(**percentages)  # pyright: ignore[reportArgumentType]


def test_nothing_may_stop_and_nothing_may_start() -> None:
    with pytest.raises(ConfigurationError, match=r"At 100 running, .*lets no task stop.*max_percent of 101"):
        RollingUpdate(min_healthy_percent=100, max_percent=100)


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html gives these roundings.
@pytest.mark.parametrize(
    ("low", "high", "tasks"), [(100, 125, 4), (100, 150, 2), (50, 100, 2), (75, 100, 4), (0, 100, 1)]
)
def test_one_task_can_be_replaced(low: int, high: int, tasks: int) -> None:
    RollingUpdate(min_healthy_percent=low, max_percent=high).check_movable(tasks=tasks)


@pytest.mark.parametrize(
    ("low", "high", "tasks", "enough"),
    [(100, 125, 3, 134), (100, 150, 1, 200), (75, 100, 2, 150), (50, 100, 1, 200), (51, 199, 1, 200)],
)
def test_rounding_leaves_a_small_service_stuck(low: int, high: int, tasks: int, enough: int) -> None:
    strategy = RollingUpdate(min_healthy_percent=low, max_percent=high)
    with pytest.raises(ConfigurationError, match=f"At {tasks} running.*a max_percent of {enough} or more"):
        strategy.check_movable(tasks=tasks)
    RollingUpdate(min_healthy_percent=low, max_percent=enough).check_movable(tasks=tasks)


def test_a_hook_has_no_stage() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        RollingUpdate(hooks={NativeStage.PRE_SCALE_UP: None})  # pyright: ignore[reportArgumentType]
    assert str(refusal.value) == (
        "A rolling update has no stage PRE_SCALE_UP. Allowed: no hooks; NativeBlueGreen(hooks=...) has "
        "stages, and moves traffic between them. Change: RollingUpdate(hooks=...)."
    )
