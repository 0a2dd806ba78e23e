"""AppSpecs: CodeDeploy keeps them by their hash, and leaves them out of what it says of a deployment.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html
"""

import hashlib
from typing import Any

from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult

from rehearsal.models.codedeploy_refusal import RefusalError


def install() -> None:
    """Give moto's CodeDeploy the actions below."""
    for action in (_get_application_revision, _batch_get_application_revisions):
        setattr(CodeDeployResponse, action.__name__.removeprefix("_"), action)


def without_content(revision: dict[str, Any]) -> dict[str, Any]:
    """A revision as GetDeployment gives it: "the value of the content property is always null"."""
    if not revision:
        return {}
    return {"revisionType": revision["revisionType"], "appSpecContent": {"sha256": _hash(revision)}}


def _hash(revision: dict[str, Any]) -> str:
    return hashlib.sha256(revision["appSpecContent"]["content"].encode()).hexdigest()


def _get_application_revision(self: CodeDeployResponse) -> ActionResult:
    name = self._get_param("applicationName")
    found = _revision(self, name, self._get_param("revision"))
    return ActionResult({"applicationName": name, "revision": found})


def _batch_get_application_revisions(self: CodeDeployResponse) -> ActionResult:
    name = self._get_param("applicationName")
    found = [_revision(self, name, asked) for asked in self._get_param("revisions")]
    listed = [{"revisionLocation": revision} for revision in found]
    return ActionResult({"applicationName": name, "revisions": listed})


def _revision(self: CodeDeployResponse, application: str, asked: dict[str, Any]) -> dict[str, Any]:
    self.codedeploy_backend.get_application(application)
    wanted = asked.get("appSpecContent", {}).get("sha256")
    for record in self.codedeploy_backend.deployments.values():
        if record.application_name == application and record.revision and _hash(record.revision) == wanted:
            content = {"content": record.revision["appSpecContent"]["content"], "sha256": wanted}
            return {"revisionType": "AppSpecContent", "appSpecContent": content}
    raise RefusalError("RevisionDoesNotExistException", f"The revision {wanted} does not exist.")
