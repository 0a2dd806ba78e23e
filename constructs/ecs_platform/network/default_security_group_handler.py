"""Takes the two rules away that a VPC's default security group is born with. Runs in Lambda."""

# pyright: standard
# boto3 brings no types, and strict would ask for them.

import json
import urllib.request
from typing import Any

import boto3
from botocore.exceptions import ClientError


def close(ec2: Any, group_id: str) -> None:
    """Revoke "members among themselves" and "everything out"; what is gone already is fine."""
    members = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group_id}]}
    everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    for revoke, rule in (
        (ec2.revoke_security_group_ingress, members),
        (ec2.revoke_security_group_egress, everywhere),
    ):
        try:
            revoke(GroupId=group_id, IpPermissions=[rule])
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidPermission.NotFound":
                raise


def answer(event: dict[str, Any], physical_id: str, failure: str) -> None:
    """Tell CloudFormation how it went."""
    body = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure or "Done",
        "PhysicalResourceId": physical_id,
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
    }
    # The URL is pre-signed without a content type, so the header has to be empty.
    request = urllib.request.Request(  # noqa: S310 - CloudFormation's own URL
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    urllib.request.urlopen(request, timeout=20).close()  # noqa: S310


def handler(event: dict[str, Any], _context: Any) -> None:
    """Create and Update close the group; Delete leaves it closed, since it goes with its VPC."""
    group_id = event["ResourceProperties"]["SecurityGroupId"]
    failure = ""
    if event["RequestType"] != "Delete":
        try:
            close(boto3.client("ec2"), group_id)
        except Exception as error:  # whatever it is: an unanswered request blocks the stack
            print(error)  # noqa: T201 - the log of a function
            failure = str(error)[:500]  # an answer holds 4 KB
    answer(event, group_id, failure)
