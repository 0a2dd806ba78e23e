"""Calling deployed functions: CodeDeploy's hooks, and what Lambda's Invoke of moto leaves out."""

import json
from typing import Any

from moto.awslambda.utils import get_backend
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.codedeploy.models import CodeDeployBackend

from rehearsal import journal
from rehearsal.models.python_function import StoredFunction
from rehearsal.models.resource import Properties, RefusedError


def install() -> None:
    """Make Invoke run functions with a Python runtime, in this process."""
    LambdaSimpleBackend.invoke = _invoke


def run_hook(backend: CodeDeployBackend, name: str, event: Properties, application: str, stage: str) -> bool:
    """Call a hook; whether there is such a function.

    Its answer comes through the API. One that raises has not answered, and CodeDeploy waits on; the journal
    has the reason.
    """
    function = StoredFunction.find(get_backend(backend.account_id, backend.region_name), name)
    if function is None:
        return False
    detail = function.name
    if function.runtime.startswith("python"):
        try:
            function.call(event)
        except RefusedError as error:
            detail = str(error)
        kind = journal.Kind.EXECUTED
    else:
        detail, kind = f"{function.name} has the runtime {function.runtime}", journal.Kind.SKIPPED
    journal.write(
        journal.Entry(
            kind=kind, stack=application, logical_id=stage, type="AWS::CodeDeploy::Deployment", detail=detail
        )
    )
    return True


_moto_invoke = LambdaSimpleBackend.invoke


def _invoke(  # noqa: PLR0917 - moto's signature
    self: LambdaSimpleBackend,
    function_name: str,
    qualifier: str | None,
    body: Any,
    headers: Any,
    response_headers: Any,
) -> str | bytes | None:
    function = StoredFunction.find(self, function_name)
    if function is None or not function.runtime.startswith("python"):
        return _moto_invoke(self, function_name, qualifier, body, headers, response_headers)
    try:
        answer = function.call(json.loads(body or "{}"))
    except RefusedError as error:
        response_headers["x-amz-function-error"] = "Unhandled"
        answer = {"errorMessage": str(error), "errorType": type(error.__cause__).__name__}
    return json.dumps(answer).encode()
