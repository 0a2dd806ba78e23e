"""Log groups."""

from rehearsal.models.resource import Properties, Resource, only
from rehearsal.models.tags import as_map, removed_keys


class LogGroup(Resource):
    """AWS::Logs::LogGroup."""

    type = "AWS::Logs::LogGroup"
    named_by = "LogGroupName"

    def create(self, new: Properties) -> None:
        """CreateLogGroup and its retention."""
        key = {"kmsKeyId": new["KmsKeyId"]} if "KmsKeyId" in new else {}
        self.aws("logs").create_log_group(logGroupName=self.name, tags=as_map(new), **key)
        self.attributes = {"Arn": self.arn("logs", f"log-group:{self.name}:*")}
        self._set_retention(new)

    def update(self, new: Properties) -> None:
        """Retention and tags."""
        old = self.properties
        logs = self.aws("logs")
        if "RetentionInDays" in old and "RetentionInDays" not in new:
            logs.delete_retention_policy(logGroupName=self.name)
        self._set_retention(new)
        gone = removed_keys(new, old)
        if gone:
            logs.untag_log_group(logGroupName=self.name, tags=gone)
        logs.tag_log_group(logGroupName=self.name, tags=as_map(new))

    def delete(self) -> None:
        """DeleteLogGroup."""
        self.aws("logs").delete_log_group(logGroupName=self.name)

    def _set_retention(self, new: Properties) -> None:
        if "RetentionInDays" in new:
            days = int(new["RetentionInDays"])
            self.aws("logs").put_retention_policy(logGroupName=self.name, retentionInDays=days)


class ResourcePolicy(Resource):
    """AWS::Logs::ResourcePolicy."""

    type = "AWS::Logs::ResourcePolicy"
    named_by = "PolicyName"

    def create(self, new: Properties) -> None:
        """PutResourcePolicy."""
        self.aws("logs").put_resource_policy(
            policyName=self.name, policyDocument=only(new, "PolicyDocument")["PolicyDocument"]
        )

    def update(self, new: Properties) -> None:
        """PutResourcePolicy."""
        self.create(new)

    def delete(self) -> None:
        """DeleteResourcePolicy."""
        self.aws("logs").delete_resource_policy(policyName=self.name)
