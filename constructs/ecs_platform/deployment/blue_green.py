"""The CodeDeploy strategy as a value."""

from dataclasses import dataclass, field

from ecs_platform.deployment.traffic import AllAtOnce, Traffic
from ecs_platform.problem import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class CodeDeployBlueGreen:
    """New tasks beside the old ones; CodeDeploy moves the traffic, and back when something is wrong.

    Args:
        traffic: How traffic moves. All at once by default.
        termination_wait_minutes: How long the old tasks stay after all traffic has moved, so that going back
            takes seconds: 0 to 2,880. 60 by default.
        roll_back_on_failure: Whether a failed deployment moves traffic back. On by default.
        roll_back_on_stop: Whether a stopped deployment moves traffic back. On by default.
        roll_back_on_alarm: Whether an alarm of the service stops a deployment and moves traffic back. On by
            default; off, the alarms exist but no deployment watches them.

    Raises:
        ConfigurationError: A wait that CodeDeploy does not take.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html
    """

    traffic: Traffic = field(default_factory=AllAtOnce)
    termination_wait_minutes: int = 60
    roll_back_on_failure: bool = True
    roll_back_on_stop: bool = True
    roll_back_on_alarm: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.termination_wait_minutes <= 2_880:
            raise ConfigurationError(
                f"The old tasks would wait {self.termination_wait_minutes} minutes before they end.",
                allowed="0 to 2,880 minutes (two days).",
                where="CodeDeployBlueGreen(termination_wait_minutes=...).",
            )
