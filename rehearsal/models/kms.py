"""Encryption keys and their aliases."""

import json
from typing import Any

from rehearsal.models.resource import Properties, Resource, only


class Key(Resource):
    """AWS::KMS::Key."""

    type = "AWS::KMS::Key"
    read_later = frozenset({"PendingWindowInDays"})

    def create(self, new: Properties) -> None:
        """CreateKey and its rotation."""
        tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in new.get("Tags", [])]
        made = self.aws("kms").create_key(
            **only(new, "Description", "KeyUsage", "KeySpec"), **_policy(new), Tags=tags
        )["KeyMetadata"]
        self.physical_id = made["KeyId"]
        self.attributes = {"Arn": made["Arn"], "KeyId": made["KeyId"]}
        self._set_rotation(new)

    def update(self, new: Properties) -> None:
        """PutKeyPolicy, description and rotation."""
        old = self.properties
        kms = self.aws("kms")
        if new.get("KeyPolicy") != old.get("KeyPolicy"):
            kms.put_key_policy(KeyId=self.physical_id, PolicyName="default", **_policy(new))
        kms.update_key_description(KeyId=self.physical_id, Description=new.get("Description", ""))
        self._set_rotation(new)

    def delete(self) -> None:
        """ScheduleKeyDeletion."""
        old = self.properties
        days = int(old.get("PendingWindowInDays", 30))
        self.aws("kms").schedule_key_deletion(KeyId=self.physical_id, PendingWindowInDays=days)

    def _set_rotation(self, new: Properties) -> None:
        verb = "enable" if new.get("EnableKeyRotation") else "disable"
        getattr(self.aws("kms"), f"{verb}_key_rotation")(KeyId=self.physical_id)


class Alias(Resource):
    """AWS::KMS::Alias."""

    type = "AWS::KMS::Alias"
    named_by = "AliasName"

    def create(self, new: Properties) -> None:
        """CreateAlias."""
        self.aws("kms").create_alias(AliasName=self.name, TargetKeyId=new["TargetKeyId"])

    def update(self, new: Properties) -> None:
        """UpdateAlias."""
        self.aws("kms").update_alias(AliasName=self.name, TargetKeyId=new["TargetKeyId"])

    def delete(self) -> None:
        """DeleteAlias."""
        self.aws("kms").delete_alias(AliasName=self.name)


def _policy(new: Properties) -> dict[str, Any]:
    return {"Policy": json.dumps(new["KeyPolicy"])} if "KeyPolicy" in new else {}
