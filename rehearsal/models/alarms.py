"""CloudWatch alarms, of metrics and of other alarms. Nothing here ever sends them a metric."""

from rehearsal.models.resource import Properties, Resource


class Alarm(Resource):
    """AWS::CloudWatch::Alarm: its properties are the arguments of PutMetricAlarm."""

    type = "AWS::CloudWatch::Alarm"
    named_by = "AlarmName"
    verb = "put_metric_alarm"

    def create(self, new: Properties) -> None:
        """PutMetricAlarm, or PutCompositeAlarm."""
        getattr(self.aws("cloudwatch"), self.verb)(**{**new, "AlarmName": self.name})
        self.attributes = {"Arn": self.arn("cloudwatch", f"alarm:{self.name}")}

    def update(self, new: Properties) -> None:
        """The same call again, which overwrites everything."""
        self.create(new)

    def delete(self) -> None:
        """DeleteAlarms."""
        self.aws("cloudwatch").delete_alarms(AlarmNames=[self.name])


class CompositeAlarm(Alarm):
    """AWS::CloudWatch::CompositeAlarm."""

    type = "AWS::CloudWatch::CompositeAlarm"
    verb = "put_composite_alarm"
