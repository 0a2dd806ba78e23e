"""Small Lambda functions for custom resources, as source text in a template."""

from textwrap import dedent, indent
from typing import Any

from tests.rehearsal.templates import att, resource

_HANDLER = """
import json, os, urllib.request
import boto3

seen = []

def handler(event, context):
    seen.append(event["RequestType"])
    answer = {{
        "Status": "SUCCESS", "Reason": "", "PhysicalResourceId": event.get("PhysicalResourceId", "first"),
        **{{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}},
    }}
    properties = event["ResourceProperties"]
    log = boto3.client("ssm")
    name = "/events/" + event["RequestType"] + "/" + answer["PhysicalResourceId"].replace(":", "")
    log.put_parameter(Name=name, Value=json.dumps(event), Type="String", Overwrite=True)
{body}
    request = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), method="PUT")
    urllib.request.urlopen(request)
"""


def function(body: str = "", **properties: Any) -> dict[str, dict[str, Any]]:
    """A function and its role: it writes each event to a parameter, runs `body`, and sends `answer`."""
    source = _HANDLER.format(body=indent(dedent(body), "    "))
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}]}
    usual = {
        "Handler": "index.handler",
        "Runtime": "python3.12",
        "Role": att("Role", "Arn"),
        "Code": {"ZipFile": source},
    }
    return {
        "Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=trust),
        "Function": resource("AWS::Lambda::Function", **{**usual, **properties}),
    }


def custom(kind: str = "Custom::Thing", **properties: Any) -> dict[str, Any]:
    """A custom resource that the function above answers for."""
    return resource(kind, ServiceToken=att("Function", "Arn"), **properties)
