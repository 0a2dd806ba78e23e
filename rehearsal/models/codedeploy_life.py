"""One deployment on its way through the table of codedeploy_stages.py, as far as the clock has come."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from moto.cloudwatch.models import cloudwatch_backends
from moto.codedeploy.models import CodeDeployBackend, DeploymentInfo
from moto.core.exceptions import ServiceException

from rehearsal.clock import CLOCK
from rehearsal.models.appspec import AppSpec
from rehearsal.models.codedeploy_stages import EVENTS, OVER, Stage, Until, plan
from rehearsal.models.hook import run_hook
from rehearsal.models.swap import Swap, SwapError

_ALWAYS = "*"


class _EndedError(Exception):
    """The deployment ends early."""

    def __init__(self, status: str, code: str, message: str, trigger: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.trigger = trigger


class Life:
    """One deployment on its way through the table.

    Args:
        backend: moto's CodeDeploy.
        record: moto's object of the deployment, whose fields this keeps.
        swap: What it does to the service.
        stages: The table.
        spec: The AppSpec; None for a rollback.
        traffic: The configuration's trafficRoutingConfig.
        roll_back: Makes the deployment that undoes this one from a moment on, and gives its id.
        since: When it begins; now by default.
    """

    def __init__(
        self,
        backend: CodeDeployBackend,
        record: DeploymentInfo,
        swap: Swap,
        *,
        stages: tuple[Stage, ...],
        spec: AppSpec | None = None,
        traffic: dict[str, Any] | None = None,
        roll_back: Callable[["Life", str, float], str] | None = None,
        since: float | None = None,
    ) -> None:
        self.backend = backend
        self.record = record
        self.swap = swap
        self.spec = spec
        self._roll_back = roll_back
        self._group = record.deployment_group
        waits: dict[str, Any] = self._group.blue_green_deployment_configuration
        self._stages = list(plan(stages, waits, traffic or {"type": "AllAtOnce"}))
        self._position = -1
        self._since = self._moment = CLOCK.now() if since is None else since
        self._released: float | None = None
        self._entering = False
        self._answer = ""
        self.execution_id = ""
        self.error: dict[str, str] = {}
        self.rollback: dict[str, str] = {}
        self.events: dict[str, dict[str, Any]] = {name: {"status": "Pending"} for name in EVENTS}
        record.create_time = CLOCK.stamp(self._since)

    @property
    def over(self) -> bool:
        """Whether nothing will happen any more."""
        return self.record.status in OVER

    def advance(self, now: float) -> None:
        """Do what is due by now."""
        self._moment = now
        try:
            if not self.over:
                self._look_at_alarms()
            while not self.over and self._step(now):
                pass
        except SwapError as error:
            self._end(_EndedError("Failed", error.code, str(error), "DEPLOYMENT_FAILURE"))
        except _EndedError as end:
            self._end(end)
        except (ClientError, ServiceException, LookupError) as error:
            # Somebody took a listener or a cluster away meanwhile; no other request may suffer from that.
            message = f"{type(error).__name__}: {error}"
            self._end(_EndedError("Failed", "INTERNAL_ERROR", message, "DEPLOYMENT_FAILURE"))

    def stop(self, *, roll_back: bool | None) -> None:
        """End it on request; roll back if asked to, or if the group does and nobody says otherwise."""
        self._moment = CLOCK.now()
        trigger = "DEPLOYMENT_STOP_ON_REQUEST"
        if roll_back is not None:
            trigger = _ALWAYS if roll_back else ""
        message = "The deployment was stopped by the user."
        self._end(_EndedError("Stopped", "MANUAL_STOP", message, trigger))

    def waits_for(self, until: Until) -> bool:
        """Whether the stage it is in ends by this."""
        return not self.over and self._now_in.until is until

    @property
    def asks(self) -> bool:
        """Whether a hook has been called and has not answered."""
        return self.waits_for(Until.ANSWER) and not self._answer

    def release(self) -> None:
        """End the wait it is in."""
        self._released = self._since if self._entering else CLOCK.now()

    def take_answer(self, status: str) -> None:
        """Take what a hook says of itself."""
        self._answer = status
        self.release()

    @property
    def _now_in(self) -> Stage:
        return self._stages[max(0, min(self._position, len(self._stages) - 1))]

    def _step(self, now: float) -> bool:
        """Move on by one stage; whether there was one due."""
        if self._position < 0:
            self._enter(0, self._since)
        stage = self._now_in
        end = self._since + stage.seconds if self._released is None else self._released
        if end > now:
            return False
        self._moment = end
        self._leave(stage, end)
        if self._position + 1 == len(self._stages):
            self._succeed(end)
        else:
            self._enter(self._position + 1, end)
        return True

    def _enter(self, position: int, moment: float) -> None:
        self._position, self._since, self._released, self._answer = position, moment, None, ""
        self._moment = moment
        stage = self._now_in
        self.record.status = stage.status
        if stage.status != "Created" and self.record.start_time is None:
            self.record.start_time = CLOCK.stamp(moment)
        if stage.event:
            self._note(stage.event, "InProgress", moment)
        if stage.event == "AllowTestTraffic" and not self.swap.has_test_listener:
            self._released = moment
        elif stage.effect == "install" and self.spec is not None:
            self.swap.install(self.spec, self.record.deployment_id)
        elif stage.effect:
            getattr(self.swap, stage.effect)()
        if stage.percent is not None:
            self.swap.move(stage.percent)
        if stage.until is Until.ANSWER:
            self._ask(stage)
        if stage.until is Until.TERMINATION:
            self.record.instance_termination_wait_time_started = True

    def _ask(self, stage: Stage) -> None:
        """Call the hook of a stage; its answer comes through PutLifecycleEventHookExecutionStatus."""
        function = self.spec.hooks.get(stage.event) if self.spec else None
        if function is None:
            self._answer, self._released = "Succeeded", self._since
            return
        self.execution_id = str(uuid.uuid4())
        event = {
            "DeploymentId": self.record.deployment_id,
            "LifecycleEventHookExecutionId": self.execution_id,
        }
        self._entering = True
        try:
            found = run_hook(self.backend, function, event, self.record.application_name, stage.event)
        finally:
            self._entering = False
        if not found:
            self._fail(stage, "INVALID_LAMBDA_FUNCTION", f"The Lambda function {function} does not exist.")

    def _leave(self, stage: Stage, moment: float) -> None:
        if stage.until is Until.ANSWER and self._answer != "Succeeded":
            why = "failed" if self._answer else "did not answer within an hour"
            self._fail(stage, "HOOK_EXECUTION_FAILURE", f"The hook of the event {stage.event} {why}.")
        if stage.until is Until.APPROVAL and self._released is None:
            message = "Traffic rerouting was not started before the end of the wait."
            raise _EndedError("Stopped", "TIMEOUT", message, "DEPLOYMENT_STOP_ON_REQUEST")
        following = self._stages[self._position + 1 : self._position + 2]
        if stage.event and not any(other.event == stage.event for other in following):
            skipped = stage.event == "AllowTestTraffic" and not self.swap.has_test_listener
            self._note(stage.event, "Skipped" if skipped else "Succeeded", moment)

    def _fail(self, stage: Stage, code: str, message: str) -> None:
        self.events[stage.event]["diagnostics"] = {"errorCode": "ScriptFailed", "message": message}
        raise _EndedError("Failed", code, message, "DEPLOYMENT_FAILURE")

    def _look_at_alarms(self) -> None:
        settings: Any = self.record.override_alarm_configuration or self._group.alarm_configuration or {}
        if self.spec is None or not settings.get("enabled"):
            return
        alarms = cloudwatch_backends[self.backend.account_id][self.backend.region_name].alarms
        named = [alarm["name"] for alarm in settings.get("alarms", [])]
        active = [name for name in named if name in alarms and alarms[name].state_value == "ALARM"]
        if active:
            message = (
                "One or more alarms have been activated according to the Amazon CloudWatch metrics you "
                "selected, and the affected deployments have been stopped. Activated alarms: "
                f"<{', '.join(active)}>"
            )
            raise _EndedError("Stopped", "ALARM_ACTIVE", message, "DEPLOYMENT_STOP_ON_ALARM")

    def _succeed(self, moment: float) -> None:
        self.record.status = "Succeeded"
        self._close(moment)

    def _end(self, end: _EndedError) -> None:
        moment = self._moment
        self.record.status = end.status
        self.error = {"code": end.code, "message": str(end)}
        current = self._now_in.event
        if current:
            self._note(current, "Failed" if end.status == "Failed" else "Skipped", moment)
        self._close(moment)
        if self._roll_back and self.swap.replacement and end.trigger in {_ALWAYS, *self._rolls_back_on()}:
            self.rollback = {
                "rollbackDeploymentId": self._roll_back(self, str(end), moment),
                "rollbackMessage": str(end),
            }

    def _close(self, moment: float) -> None:
        self.record.complete_time = CLOCK.stamp(moment)
        for event in self.events.values():
            event["status"] = "Skipped" if event["status"] == "Pending" else event["status"]

    def _rolls_back_on(self) -> list[str]:
        settings = self.record.auto_rollback_configuration or self._group.auto_rollback_configuration
        return settings.get("events", []) if settings.get("enabled") else []

    def _note(self, event: str, status: str, moment: float) -> None:
        entry = self.events[event]
        stamp: datetime = CLOCK.stamp(moment)
        if entry["status"] == "Pending":
            entry["startTime"] = stamp
        if status != "InProgress":
            entry["endTime"] = stamp
        entry["status"] = status
