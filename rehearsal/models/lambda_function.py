"""Lambda functions: stored with their code, run only by the custom resources that name them."""

import io
import zipfile
from typing import Any

from rehearsal.models.resource import Properties, Resource, only
from rehearsal.models.tags import as_map, removed_keys

_SETTINGS = (
    "Role",
    "Handler",
    "Description",
    "Timeout",
    "MemorySize",
    "VpcConfig",
    "Environment",
    "Runtime",
    "DeadLetterConfig",
    "KMSKeyArn",
    "TracingConfig",
    "Layers",
    "EphemeralStorage",
    "LoggingConfig",
)
_INLINE_FILES = {"python": "index.py", "nodejs": "index.js"}


class Function(Resource):
    """AWS::Lambda::Function."""

    type = "AWS::Lambda::Function"
    named_by = "FunctionName"

    def create(self, new: Properties) -> None:
        """CreateFunction."""
        made = self.aws("lambda").create_function(
            FunctionName=self.name,
            Code=_code(new),
            Tags=as_map(new),
            **only(new, *_SETTINGS, "PackageType", "Architectures"),
        )
        self.attributes = {"Arn": made["FunctionArn"]}

    def update(self, new: Properties) -> None:
        """UpdateFunctionCode, UpdateFunctionConfiguration and tags."""
        old = self.properties
        functions = self.aws("lambda")
        if new["Code"] != old["Code"]:
            functions.update_function_code(FunctionName=self.name, **_code(new))
        if only(new, *_SETTINGS) != only(old, *_SETTINGS):
            functions.update_function_configuration(FunctionName=self.name, **only(new, *_SETTINGS))
        gone = removed_keys(new, old)
        if gone:
            functions.untag_resource(Resource=self.attributes["Arn"], TagKeys=gone)
        if new.get("Tags"):
            functions.tag_resource(Resource=self.attributes["Arn"], Tags=as_map(new))

    def delete(self) -> None:
        """DeleteFunction."""
        self.aws("lambda").delete_function(FunctionName=self.name)


class Permission(Resource):
    """AWS::Lambda::Permission."""

    type = "AWS::Lambda::Permission"

    def create(self, new: Properties) -> None:
        """AddPermission."""
        self.aws("lambda").add_permission(
            StatementId=self.name,
            **only(
                new, "FunctionName", "Action", "Principal", "SourceArn", "SourceAccount", "PrincipalOrgID"
            ),
        )
        self.attributes = {"Id": self.name}

    def delete(self) -> None:
        """RemovePermission."""
        old = self.properties
        self.aws("lambda").remove_permission(FunctionName=old["FunctionName"], StatementId=self.name)


def _code(new: Properties) -> dict[str, Any]:
    """The Code argument; CloudFormation makes a file of the source text that a template carries inline."""
    code = new["Code"]
    if "ZipFile" not in code:
        return only(code, "S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")
    name = next(file for family, file in _INLINE_FILES.items() if new["Runtime"].startswith(family))
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr(name, code["ZipFile"])
    return {"ZipFile": zipped.getvalue()}
