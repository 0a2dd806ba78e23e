"""Parameters and secrets."""

import json
from typing import Any

from rehearsal.models.resource import Properties, Resource, only
from rehearsal.models.tags import as_map, removed_keys


class Parameter(Resource):
    """AWS::SSM::Parameter."""

    type = "AWS::SSM::Parameter"
    named_by = "Name"

    def create(self, new: Properties) -> None:
        """PutParameter."""
        tags = [{"Key": key, "Value": value} for key, value in as_map(new).items()]
        self._put(new, Tags=tags)

    def update(self, new: Properties) -> None:
        """PutParameter with Overwrite, and tags."""
        old = self.properties
        self._put(new, Overwrite=True)
        ssm = self.aws("ssm")
        gone = removed_keys(new, old)
        if gone:
            ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=self.name, TagKeys=gone)

    def delete(self) -> None:
        """DeleteParameter."""
        self.aws("ssm").delete_parameter(Name=self.name)

    def _put(self, new: Properties, **how: Any) -> None:
        same = ("Type", "Value", "Description", "AllowedPattern", "Tier", "DataType")
        self.aws("ssm").put_parameter(Name=self.name, **only(new, *same), **how)
        self.attributes = {**only(new, "Type", "Value"), "Arn": self.arn("ssm", f"parameter{self.name}")}


class Secret(Resource):
    """AWS::SecretsManager::Secret."""

    type = "AWS::SecretsManager::Secret"
    named_by = "Name"

    def create(self, new: Properties) -> None:
        """CreateSecret, with a generated value where the template asks for one."""
        answer = self.aws("secretsmanager").create_secret(
            Name=self.name,
            SecretString=new.get("SecretString") or self._generated(new.get("GenerateSecretString")),
            **only(new, "Description", "KmsKeyId", "Tags"),
        )
        self.physical_id = answer["ARN"]
        self.attributes = {"Id": self.physical_id}

    def update(self, new: Properties) -> None:
        """UpdateSecret and tags; a generated value stays as it is."""
        old = self.properties
        secrets = self.aws("secretsmanager")
        secrets.update_secret(
            SecretId=self.physical_id, **only(new, "Description", "KmsKeyId", "SecretString")
        )
        gone = removed_keys(new, old)
        if gone:
            secrets.untag_resource(SecretId=self.physical_id, TagKeys=gone)
        if new.get("Tags"):
            secrets.tag_resource(SecretId=self.physical_id, Tags=new["Tags"])

    def delete(self) -> None:
        """DeleteSecret, at once."""
        self.aws("secretsmanager").delete_secret(SecretId=self.physical_id, ForceDeleteWithoutRecovery=True)

    def _generated(self, how: Properties | None) -> str:
        how = dict(how or {})
        template, key = how.pop("SecretStringTemplate", None), how.pop("GenerateStringKey", None)
        password = self.aws("secretsmanager").get_random_password(**how)["RandomPassword"]
        return json.dumps({**json.loads(template), key: password}) if template else password
