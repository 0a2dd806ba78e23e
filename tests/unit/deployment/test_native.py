import pytest

from ecs_platform.deployment.native import NativeBlueGreen, NativeCanary, NativeLinear
from ecs_platform.problem import ConfigurationError


def test_defaults() -> None:
    for strategy in (
        NativeBlueGreen(),
        NativeLinear(percent=10, step_minutes=1),
        NativeCanary(percent=10, canary_minutes=1),
    ):
        assert strategy.bake_minutes == 15
        assert strategy.roll_back_on_alarm
        assert strategy.hooks == {}


@pytest.mark.parametrize("minutes", [0, 1_440])
def test_bake_times_ecs_takes(minutes: int) -> None:
    assert NativeBlueGreen(bake_minutes=minutes).bake_minutes == minutes


@pytest.mark.parametrize("minutes", [-1, 1_441])
def test_bake_times_it_does_not_take(minutes: int) -> None:
    with pytest.raises(
        ConfigurationError, match=rf"bake_minutes of NativeBlueGreen are {minutes}.*0 to 1,440"
    ):
        NativeBlueGreen(bake_minutes=minutes)


@pytest.mark.parametrize("percent", [3, 99])
def test_steps_ecs_takes(percent: int) -> None:
    assert NativeLinear(percent=percent, step_minutes=1).percent == percent


@pytest.mark.parametrize("percent", [2, 100])
def test_steps_it_does_not_take(percent: int) -> None:
    with pytest.raises(ConfigurationError, match=f"{percent} percent.*3 to 99 percent; for 100 use NativeBl"):
        NativeLinear(percent=percent, step_minutes=1)


@pytest.mark.parametrize("percent", [0, 100])
def test_canary_shares_it_does_not_take(percent: int) -> None:
    with pytest.raises(ConfigurationError, match=f"NativeCanary moves {percent} percent.*1 to 99 percent"):
        NativeCanary(percent=percent, canary_minutes=1)


@pytest.mark.parametrize("minutes", [0, 1_441])
def test_waits_it_does_not_take(minutes: int) -> None:
    with pytest.raises(ConfigurationError, match=f"canary_minutes of NativeCanary are {minutes}.*1 to 1,440"):
        NativeCanary(percent=10, canary_minutes=minutes)
    with pytest.raises(ConfigurationError, match=f"step_minutes of NativeLinear are {minutes}.*1 to 1,440"):
        NativeLinear(percent=50, step_minutes=minutes)


def test_a_canary_of_33_hours_is_the_longest_that_cloudformation_waits_for() -> None:
    NativeCanary(percent=10, canary_minutes=1_440, bake_minutes=540)
    with pytest.raises(ConfigurationError) as refusal:
        NativeCanary(percent=10, canary_minutes=1_440, bake_minutes=541)
    assert str(refusal.value) == (
        "A deployment by NativeCanary(bake_minutes=541, percent=10, canary_minutes=1440) waits 1981 minutes. "
        "Allowed: up to 1980 minutes (33 hours): CloudFormation starts the deployment and gives up after 36. "
        "With CodeDeployBlueGreen(...) no stack waits. Change: NativeCanary(...)."
    )


# 50 percent waits once, 33 and 34 percent three times and twice: after the last step nothing is waited for.
@pytest.mark.parametrize(("percent", "minutes"), [(50, 1_440), (33, 655), (34, 982), (10, 218)])
def test_steps_add_up(percent: int, minutes: int) -> None:
    NativeLinear(percent=percent, step_minutes=minutes)


@pytest.mark.parametrize(("percent", "minutes"), [(33, 656), (34, 983), (10, 219)])
def test_steps_add_up_to_more_than_cloudformation_waits_for(percent: int, minutes: int) -> None:
    with pytest.raises(ConfigurationError, match="33 hours"):
        NativeLinear(percent=percent, step_minutes=minutes)


def test_a_canary_needs_its_share() -> None:
    with pytest.raises(TypeError, match="percent"):
        NativeCanary(canary_minutes=5)  # pyright: ignore[reportCallIssue]
