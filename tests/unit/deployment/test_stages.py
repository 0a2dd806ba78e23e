from typing import Any

import pytest

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.native import NativeBlueGreen, NativeCanary
from ecs_platform.deployment.stages import COUNTERPARTS, CodeDeployStage, NativeStage
from ecs_platform.problem import ConfigurationError

# What is called plays no part here.
CALLED: Any = object()


def test_every_stage_is_taken_as_a_member_or_as_its_name() -> None:
    for stage in CodeDeployStage:
        CodeDeployBlueGreen(hooks={stage: CALLED})
        CodeDeployBlueGreen(hooks={stage.value: CALLED})
    for stage in NativeStage:
        NativeBlueGreen(hooks={stage: CALLED})
        NativeBlueGreen(hooks={stage.value: CALLED})


@pytest.mark.parametrize(("code_deploy", "native"), COUNTERPARTS.items())
def test_the_other_sides_stage_is_answered_with_its_counterpart(
    code_deploy: CodeDeployStage, native: NativeStage
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        CodeDeployBlueGreen(hooks={native: CALLED})
    assert str(refusal.value) == (
        f"CodeDeployBlueGreen has no stage '{native.value}'. Allowed: {code_deploy.value}, which comes at "
        "the same point. Change: CodeDeployBlueGreen(hooks=...)."
    )
    with pytest.raises(ConfigurationError, match=f"{native.value}, which comes at the same point"):
        NativeCanary(percent=5, canary_minutes=5, hooks={code_deploy: CALLED})


@pytest.mark.parametrize("stage", ["Install", "TEST_TRAFFIC_SHIFT"])
def test_a_stage_without_counterpart_is_answered_with_the_list(stage: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        CodeDeployBlueGreen(hooks={stage: CALLED})
    assert refusal.value.allowed == (
        "BeforeInstall, AfterInstall, AfterAllowTestTraffic, BeforeAllowTraffic, AfterAllowTraffic."
    )


@pytest.mark.parametrize("stage", ["SCALE_UP", "BAKE_TIME", "CLEAN_UP"])
def test_stages_of_ecs_that_call_nobody(stage: str) -> None:
    with pytest.raises(
        ConfigurationError, match=f"NativeBlueGreen has no stage '{stage}'. Allowed: RECONCILE"
    ):
        NativeBlueGreen(hooks={stage: CALLED})
