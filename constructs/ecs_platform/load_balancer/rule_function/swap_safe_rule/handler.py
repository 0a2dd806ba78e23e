"""CloudFormation's side: an event comes in, an answer goes to its pre-signed address.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

import http.client
import json
import sys
import time
import urllib.request
from collections.abc import Sequence
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]
from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from .balancer import Patience, Refusal
from .listener_request import ListenerRequest
from .request import NOT_CREATED
from .rule import Json
from .rule_request import RuleRequest

# Every other type is a rule.
LISTENER = "Custom::SwapSafeListener"
# At most 33 seconds a call; throttling that lasts longer is waited out in balancer.py.
CONFIG = Config(connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 3})


def handler(event: Json, context: Any) -> None:
    """Where Lambda enters."""
    began = time.monotonic()
    elb = cast(Any, boto3).client("elbv2", config=CONFIG)
    told, wrote = answer(event, elb, Patience(context.get_remaining_time_in_millis))
    line = {
        # Not the whole event: whoever knows its ResponseURL can answer in our place.
        "RequestType": event["RequestType"],
        **told,
        "Properties": event["ResourceProperties"],
        "Wrote": wrote,
        "Seconds": round(time.monotonic() - began, 1),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    send(event["ResponseURL"], told)


def answer(event: Json, elb: object, patience: Patience) -> tuple[Json, Sequence[str]]:
    """Serve one request: what CloudFormation is told, and the operations that changed something."""
    kind = ListenerRequest if event["ResourceType"] == LISTENER else RuleRequest
    request = kind(event, elb, patience)
    told: Json = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    told["PhysicalResourceId"] = event.get("PhysicalResourceId") or NOT_CREATED + event["RequestId"]
    try:
        told["PhysicalResourceId"] = request.serve()
        told["Status"] = "SUCCESS"
    except Exception as error:
        what = str(error) if isinstance(error, Refusal | ClientError) else f"{type(error).__name__}: {error}"
        reason = f"{request.subject}: {what}"
        # One line, and short: an answer over 4096 bytes is not read.
        told |= {"Status": "FAILED", "Reason": " ".join(reason.split())[:1500]}
    return told, request.wrote


def send(url: str, told: Json) -> None:
    """Give CloudFormation its answer. When that fails, so does the invocation, and Lambda repeats it."""
    # The address is signed for a request without a content type.
    put = urllib.request.Request(  # noqa: S310
        url, data=json.dumps(told).encode(), headers={"Content-Type": ""}, method="PUT"
    )
    for pause in (1, 3, None):
        try:
            with urllib.request.urlopen(put, timeout=4):  # noqa: S310
                return
        except (OSError, http.client.HTTPException):
            if pause is None:
                raise
            time.sleep(pause)
