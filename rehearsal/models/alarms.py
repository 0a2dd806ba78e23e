"""CloudWatch alarms. Nothing here ever sends them a metric."""

from rehearsal.models.resource import Properties, Resource


class Alarm(Resource):
    """AWS::CloudWatch::Alarm: its properties are the arguments of PutMetricAlarm."""

    type = "AWS::CloudWatch::Alarm"
    named_by = "AlarmName"

    def create(self, new: Properties) -> None:
        """PutMetricAlarm."""
        self.aws("cloudwatch").put_metric_alarm(**{**new, "AlarmName": self.name})
        self.attributes = {"Arn": self.arn("cloudwatch", f"alarm:{self.name}")}

    def update(self, new: Properties) -> None:
        """The same call again, which overwrites everything."""
        self.create(new)

    def delete(self) -> None:
        """DeleteAlarms."""
        self.aws("cloudwatch").delete_alarms(AlarmNames=[self.name])
