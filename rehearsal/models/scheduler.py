"""EventBridge Scheduler: groups and schedules. Nothing starts at its time here."""

from typing import Any

from rehearsal.models.resource import Properties, RefusedError, Resource
from rehearsal.models.tags import as_map, removed_keys


class ScheduleGroup(Resource):
    """AWS::Scheduler::ScheduleGroup."""

    type = "AWS::Scheduler::ScheduleGroup"
    named_by = "Name"

    def create(self, new: Properties) -> None:
        """CreateScheduleGroup."""
        scheduler = self.aws("scheduler")
        groups = scheduler.list_schedule_groups(NamePrefix=self.name)["ScheduleGroups"]
        # moto overwrites; https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html
        if any(group["Name"] == self.name for group in groups):
            raise RefusedError(f"Schedule group {self.name} already exists.")
        made = scheduler.create_schedule_group(Name=self.name, Tags=_tags(new))
        self.attributes = {"Arn": made["ScheduleGroupArn"], "State": "ACTIVE"}

    def update(self, new: Properties) -> None:
        """TagResource and UntagResource: nothing else of a group changes."""
        scheduler, arn = self.aws("scheduler"), self.attributes["Arn"]
        gone = removed_keys(new, self.properties)
        if gone:
            scheduler.untag_resource(ResourceArn=arn, TagKeys=gone)
        scheduler.tag_resource(ResourceArn=arn, Tags=_tags(new))

    def delete(self) -> None:
        """DeleteScheduleGroup, which takes its schedules along."""
        self.aws("scheduler").delete_schedule_group(Name=self.name)


class Schedule(Resource):
    """AWS::Scheduler::Schedule: its properties are the arguments of CreateSchedule."""

    type = "AWS::Scheduler::Schedule"
    named_by = "Name"

    def create(self, new: Properties) -> None:
        """CreateSchedule."""
        scheduler = self.aws("scheduler")
        group = new.get("GroupName", "default")
        # moto fails on a group that is not there with an error of its own making.
        scheduler.get_schedule_group(Name=group)
        made = scheduler.create_schedule(**self._asked(new))
        self.attributes = {"Arn": made["ScheduleArn"]}

    def update(self, new: Properties) -> "Resource | None":
        """UpdateSchedule, which writes everything anew; a schedule in another group is another one."""
        old = self.properties
        if new.get("GroupName") == old.get("GroupName"):
            self.aws("scheduler").update_schedule(**self._asked(new))
            return None
        successor = Schedule(self.place, self.name)
        successor.create(new)
        return successor

    def delete(self) -> None:
        """DeleteSchedule."""
        group = self.properties.get("GroupName", "default")
        self.aws("scheduler").delete_schedule(Name=self.name, GroupName=group)

    def _asked(self, new: Properties) -> dict[str, Any]:
        return {**_camel_ecs(new), "Name": self.name}


def _camel_ecs(new: Properties) -> dict[str, Any]:
    """The properties with the one name that the API writes otherwise: awsvpcConfiguration."""
    properties = dict(new.items())
    target = dict(properties["Target"])
    ecs = dict(target.get("EcsParameters", {}))
    network = ecs.get("NetworkConfiguration", {})
    if "AwsvpcConfiguration" in network:
        ecs["NetworkConfiguration"] = {"awsvpcConfiguration": network["AwsvpcConfiguration"]}
        target["EcsParameters"] = ecs
    return {**properties, "Target": target}


def _tags(new: Properties) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in as_map(new).items()]
