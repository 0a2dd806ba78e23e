import pytest

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.traffic import AllAtOnce
from ecs_platform.problem import ConfigurationError


def test_the_default_keeps_the_way_back_for_an_hour() -> None:
    strategy = CodeDeployBlueGreen()
    assert strategy.traffic == AllAtOnce()
    assert strategy.termination_wait_minutes == 60


@pytest.mark.parametrize("minutes", [-1, 2_881])
def test_a_wait_codedeploy_does_not_take_is_refused(minutes: int) -> None:
    with pytest.raises(ConfigurationError, match=rf"wait {minutes} minutes.*0 to 2,880"):
        CodeDeployBlueGreen(termination_wait_minutes=minutes)


@pytest.mark.parametrize("minutes", [0, 2_880])
def test_the_ends_of_the_range_are_taken(minutes: int) -> None:
    assert CodeDeployBlueGreen(termination_wait_minutes=minutes).termination_wait_minutes == minutes


@pytest.mark.parametrize("minutes", [0, -5, 2_881])
def test_an_approval_codedeploy_does_not_wait_for_is_refused(minutes: int) -> None:
    with pytest.raises(ConfigurationError, match=rf"{minutes} minutes for its approval.*1 to 2,880"):
        CodeDeployBlueGreen(approval_wait_minutes=minutes)


@pytest.mark.parametrize("minutes", [1, 2_880, None])
def test_approvals_it_waits_for(minutes: int | None) -> None:
    assert CodeDeployBlueGreen(approval_wait_minutes=minutes).approval_wait_minutes == minutes
