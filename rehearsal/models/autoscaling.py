"""Application Auto Scaling: targets with their schedules, and policies."""

from typing import Any

from rehearsal.models.resource import Properties, Resource, only
from rehearsal.models.tags import as_map

_TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")


class ScalableTarget(Resource):
    """AWS::ApplicationAutoScaling::ScalableTarget."""

    type = "AWS::ApplicationAutoScaling::ScalableTarget"

    def create(self, new: Properties) -> None:
        """RegisterScalableTarget and PutScheduledAction."""
        self.physical_id = f"{new['ResourceId']}|{new['ScalableDimension']}|{new['ServiceNamespace']}"
        self.attributes = {"Id": self.physical_id}
        self._put(new, {})

    def update(self, new: Properties) -> None:
        """The same calls again, and DeleteScheduledAction for what is gone."""
        old = self.properties
        self._put(new, old)

    def delete(self) -> None:
        """DeregisterScalableTarget, which takes the scheduled actions along."""
        old = self.properties
        for action in old.get("ScheduledActions", []):
            self._unschedule(old, action)
        self.aws("application-autoscaling").deregister_scalable_target(**only(old, *_TARGET))

    def _put(self, new: Properties, old: Properties) -> None:
        scaling = self.aws("application-autoscaling")
        capacity = {name: int(new[name]) for name in ("MinCapacity", "MaxCapacity")}
        scaling.register_scalable_target(
            **only(new, *_TARGET, "RoleARN", "SuspendedState"), **capacity, Tags=as_map(new)
        )
        names = {action["ScheduledActionName"] for action in new.get("ScheduledActions", [])}
        for action in old.get("ScheduledActions", []):
            if action["ScheduledActionName"] not in names:
                self._unschedule(old, action)
        for action in new.get("ScheduledActions", []):
            scaling.put_scheduled_action(**only(new, *_TARGET), **action)

    def _unschedule(self, old: Properties, action: dict[str, Any]) -> None:
        self.aws("application-autoscaling").delete_scheduled_action(
            **only(old, *_TARGET), ScheduledActionName=action["ScheduledActionName"]
        )


class ScalingPolicy(Resource):
    """AWS::ApplicationAutoScaling::ScalingPolicy."""

    type = "AWS::ApplicationAutoScaling::ScalingPolicy"
    named_by = "PolicyName"

    def create(self, new: Properties) -> None:
        """PutScalingPolicy."""
        answer = self.aws("application-autoscaling").put_scaling_policy(
            PolicyName=self.name,
            PolicyType=new["PolicyType"],
            **_target(new),
            **only(new, "TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration"),
        )
        self.physical_id = answer["PolicyARN"]
        self.attributes = {"Arn": self.physical_id}

    def update(self, new: Properties) -> None:
        """PutScalingPolicy; moto then gives it another ARN, which nothing here refers to."""
        before = self.physical_id
        self.create(new)
        self.physical_id = before

    def delete(self) -> None:
        """DeleteScalingPolicy."""
        old = self.properties
        self.aws("application-autoscaling").delete_scaling_policy(PolicyName=self.name, **_target(old))


def _target(new: Properties) -> Properties:
    if "ScalingTargetId" not in new:
        return only(new, *_TARGET)
    resource, dimension, namespace = new["ScalingTargetId"].split("|")
    return {"ServiceNamespace": namespace, "ResourceId": resource, "ScalableDimension": dimension}
