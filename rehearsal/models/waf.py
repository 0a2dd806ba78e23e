"""Web ACLs, what they protect and where they log. No request ever meets one."""

from typing import Any

from rehearsal.models.resource import Properties, Resource, only


class WebAcl(Resource):
    """AWS::WAFv2::WebACL."""

    type = "AWS::WAFv2::WebACL"
    named_by = "Name"

    def create(self, new: Properties) -> None:
        """CreateWebACL."""
        made = self.aws("wafv2").create_web_acl(**{**new, "Name": self.name})["Summary"]
        self.attributes = {**only(made, "Id"), "Arn": made["ARN"], "Capacity": 0, "LabelNamespace": ""}
        self.physical_id = f"{self.name}|{made['Id']}|{new['Scope']}"

    def update(self, new: Properties) -> None:
        """UpdateWebACL."""
        same = {key: value for key, value in new.items() if key != "Tags"}
        self.aws("wafv2").update_web_acl(**{**same, **self._handle(new)})

    def delete(self) -> None:
        """DeleteWebACL."""
        old = self.properties
        self.aws("wafv2").delete_web_acl(**self._handle(old))

    def _handle(self, properties: Properties) -> dict[str, Any]:
        """Name, scope, id and the lock that WAF wants with every write."""
        handle = {"Name": self.name, "Scope": properties["Scope"], "Id": self.attributes["Id"]}
        return {**handle, "LockToken": self.aws("wafv2").get_web_acl(**handle)["LockToken"]}


class WebAclAssociation(Resource):
    """AWS::WAFv2::WebACLAssociation."""

    type = "AWS::WAFv2::WebACLAssociation"

    def create(self, new: Properties) -> None:
        """AssociateWebACL."""
        self.aws("wafv2").associate_web_acl(**new)
        self.physical_id = f"{new['ResourceArn']}|{new['WebACLArn']}"

    def delete(self) -> None:
        """DisassociateWebACL."""
        old = self.properties
        self.aws("wafv2").disassociate_web_acl(ResourceArn=old["ResourceArn"])


class LoggingConfiguration(Resource):
    """AWS::WAFv2::LoggingConfiguration."""

    type = "AWS::WAFv2::LoggingConfiguration"

    def create(self, new: Properties) -> None:
        """PutLoggingConfiguration."""
        self.aws("wafv2").put_logging_configuration(LoggingConfiguration=new)
        self.physical_id = new["ResourceArn"]

    def update(self, new: Properties) -> None:
        """PutLoggingConfiguration."""
        self.create(new)

    def delete(self) -> None:
        """DeleteLoggingConfiguration."""
        self.aws("wafv2").delete_logging_configuration(ResourceArn=self.physical_id)
