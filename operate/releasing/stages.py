"""A CodeDeploy deployment to look at: its stages, its two task sets and their traffic."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from botocore.exceptions import ClientError

from operate.aws import Aws, error_code, explained
from operate.outputs import ServiceOutputs
from operate.problem import OperateError
from operate.releasing.moment import Moment, Phase, Side, Stage

# https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
_ENDED = {"Succeeded": Phase.SUCCEEDED, "Failed": Phase.FAILED, "Stopped": Phase.STOPPED}
_DONE = {"Succeeded", "Skipped"}
# Before a deployment has tasks it has no target, and CodeDeploy says so in either of two ways.
_NO_TARGET_YET = {"DeploymentNotStartedException", "DeploymentTargetDoesNotExistException"}


class CodeDeployDeployment:
    """A deployment to look at again and again.

    Args:
        aws: The way to the environment's account.
        service: The service.
        deployment: Its id.
    """

    def __init__(self, aws: Aws, service: ServiceOutputs, deployment: str) -> None:
        self._aws, self._service = aws, service
        self.deployment = deployment
        self._shift: timedelta | None = None
        self._no_health = False

    def __call__(self) -> Moment:
        """How it is now.

        Raises:
            OperateError: AWS refused to answer.
        """
        with explained(f"read the deployment {self.deployment}"):
            info: dict[str, Any] = self._aws.client("codedeploy").get_deployment(
                deploymentId=self.deployment
            )["deploymentInfo"]
        target = self._target()
        stages = [_stage(each) for each in target.get("lifecycleEvents") or []]
        error: dict[str, Any] = info.get("errorInformation") or {}
        phase = _phase(info, stages)
        old, new = self._sides(target.get("taskSetsInfo") or [], phase)
        return Moment(
            deployment=self.deployment,
            status=info["status"],
            phase=phase,
            stages=stages,
            old=old,
            new=new,
            until=self._until(info, stages, phase),
            error=": ".join(filter(None, [error.get("code"), error.get("message")])) or None,
            rolled_back_by=(info.get("rollbackInfo") or {}).get("rollbackDeploymentId") or None,
            rollback=info.get("creator") == "codeDeployRollback",
        )

    def _target(self) -> dict[str, Any]:
        # An ECS deployment has one target, and its id is known beforehand.
        # https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentTargets.html
        target = f"{self._service.cluster}:{self._service.service}"
        try:
            with explained(f"read the stages of {self.deployment}"):
                targets: list[dict[str, Any]] = self._aws.client("codedeploy").batch_get_deployment_targets(
                    deploymentId=self.deployment, targetIds=[target]
                )["deploymentTargets"]
        except OperateError as error:
            if isinstance(error.__cause__, ClientError) and error_code(error.__cause__) in _NO_TARGET_YET:
                return {}
            raise
        return targets[0].get("ecsTarget", {}) if targets else {}

    def _sides(self, found: Sequence[Mapping[str, Any]], phase: Phase) -> tuple[Side | None, Side | None]:
        # CodeDeploy's labels tell original from replacement, whichever target group each stands behind.
        sides: dict[str, Side] = {}
        for each in found:
            sides[each.get("taskSetLabel", "")] = Side(
                label=self._colour((each.get("targetGroup") or {}).get("name", "")),
                percent=each.get("trafficWeight"),
                desired=each.get("desiredCount", 0),
                running=each.get("runningCount", 0),
            )
        old, new = sides.get("Blue"), sides.get("Green")
        if new is not None and not phase.ended:
            new = replace(new, healthy=self._healthy(new.label))
        return old, new

    def _colour(self, target_group: str) -> str:
        for colour, arn in (("blue", self._service.blue), ("green", self._service.green)):
            if arn and target_group and f":targetgroup/{target_group}/" in arn:
                return colour
        return target_group or "?"

    def _healthy(self, colour: str) -> int | None:
        arn = {"blue": self._service.blue, "green": self._service.green}.get(colour)
        if arn is None or self._no_health:
            return None
        try:
            with explained("read the health of the tasks"):
                found = self._aws.client("elbv2").describe_target_health(TargetGroupArn=arn)
        except OperateError:
            # Good to know, and no reason to look away from the deployment.
            self._no_health = True
            return None
        states = [each["TargetHealth"]["State"] for each in found["TargetHealthDescriptions"]]
        return states.count("healthy")

    def _until(self, info: Mapping[str, Any], stages: Sequence[Stage], phase: Phase) -> datetime | None:
        options: dict[str, Any] = info.get("blueGreenDeploymentConfiguration") or {}
        ends = [stage.ended for stage in stages if stage.ended is not None]
        if phase is Phase.WAITS_FOR_APPROVAL:
            minutes = (options.get("deploymentReadyOption") or {}).get("waitTimeInMinutes")
            return max(ends) + timedelta(minutes=minutes) if ends and minutes else None
        if phase is Phase.OLD_TASKS_WAIT:
            termination = options.get("terminateBlueInstancesOnDeploymentSuccess") or {}
            minutes = termination.get("terminationWaitTimeInMinutes")
            return max(ends) + timedelta(minutes=minutes) if ends and minutes else None
        if info.get("creator") == "codeDeployRollback":
            # It moves all traffic at once, whatever the configuration it names.
            return None
        shifting = next((each for each in stages if each.name == "AllowTraffic"), None)
        if shifting is not None and shifting.status == "InProgress" and shifting.started is not None:
            if self._shift is None:
                self._shift = _shift(self._aws, info.get("deploymentConfigName"))
            return shifting.started + self._shift if self._shift else None
        return None


def _shift(aws: Aws, configuration: str | None) -> timedelta:
    """How long traffic moves by a configuration; nothing where it is not known."""
    if not configuration:
        return timedelta()
    try:
        with explained("read the deployment configuration"):
            found: dict[str, Any] = aws.client("codedeploy").get_deployment_config(
                deploymentConfigName=configuration
            )["deploymentConfigInfo"]
    except OperateError:
        return timedelta()
    routing: dict[str, Any] = found.get("trafficRoutingConfig") or {}
    if "timeBasedCanary" in routing:
        return timedelta(minutes=routing["timeBasedCanary"]["canaryInterval"])
    if "timeBasedLinear" in routing:
        linear = routing["timeBasedLinear"]
        steps = ceil(100 / linear["linearPercentage"])
        return timedelta(minutes=(steps - 1) * linear["linearInterval"])
    return timedelta()


def _stage(found: Mapping[str, Any]) -> Stage:
    diagnostics: Mapping[str, Any] = found.get("diagnostics") or {}
    failed = found.get("status") == "Failed"
    said = [diagnostics.get("message"), diagnostics.get("logTail")] if failed else []
    return Stage(
        name=found["lifecycleEventName"],
        status=found.get("status", "Unknown"),
        started=found.get("startTime"),
        ended=found.get("endTime"),
        message=" ".join(filter(None, said)),
    )


def _phase(info: Mapping[str, Any], stages: Sequence[Stage]) -> Phase:
    status = info["status"]
    if status in _ENDED:
        return _ENDED[status]
    if status == "Ready":
        return Phase.WAITS_FOR_APPROVAL
    last = next((each for each in stages if each.name == "AfterAllowTraffic"), None)
    if info.get("instanceTerminationWaitTimeStarted") or (last is not None and last.status in _DONE):
        return Phase.OLD_TASKS_WAIT
    return Phase.UNDER_WAY
