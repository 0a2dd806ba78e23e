"""The Application Auto Scaling action that moto lacks; here nothing scales, and so nothing did."""

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.responses import ActionResult


def install() -> None:
    """Give moto's Application Auto Scaling the action below."""
    setattr(ApplicationAutoScalingResponse, "describe_scaling_activities", _describe_scaling_activities)  # noqa: B010 - moto declares another


def _describe_scaling_activities(self: ApplicationAutoScalingResponse) -> ActionResult:
    del self
    return ActionResult({"ScalingActivities": []})
