"""What the two functions of a smoke test may do: the hook reads one cluster, the prober's code nothing."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform.acknowledge import acknowledge
from ecs_platform.place import place_of

# AWSLambdaVPCAccessExecutionRole, less the logs of other functions:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
_NETWORK_INTERFACES = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]

Statement = Mapping[str, object]


def allow(actions: str | list[str], resource: str) -> dict[str, object]:
    """A statement of a policy in JSON."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def document(statements: Sequence[Statement]) -> iam.PolicyDocument:
    """A policy, in one call into Node."""
    return iam.PolicyDocument.from_json(
        {"Version": "2012-10-17", "Statement": [dict(statement) for statement in statements]}
    )


def role(
    scope: Construct, id_: str, *, description: str, service: str, statements: Sequence[Statement]
) -> iam.Role:
    """A role that one AWS service takes, with one policy."""
    return iam.Role(
        scope,
        id_,
        description=description,
        assumed_by=_principal(service),
        inline_policies={"SmokeTest": document(statements)},
    )


def prober_role(scope: Construct, id_: str, *, log_group: logs.LogGroup) -> iam.Role:
    """The prober's role: Lambda holds network interfaces with it, and the prober's code can do nothing."""
    made = role(
        scope,
        id_,
        description="Holds the network interfaces of a smoke test's prober.",
        service="lambda.amazonaws.com",
        statements=[
            _write(log_group),
            allow(_NETWORK_INTERFACES, "*"),
            # The key is there when it is the function's code that calls:
            # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
            {
                "Effect": "Deny",
                "Action": _NETWORK_INTERFACES,
                "Resource": "*",
                "Condition": {"Null": {"lambda:SourceFunctionArn": "false"}},
            },
        ],
    )
    acknowledge(
        made,
        {
            "AwsSolutions-IAM5[Resource::*]": "Interfaces have no name before Lambda makes them, and what "
            "describes them takes no resource; the function's own code is denied all of it.",
        },
    )
    return made


def hook_role(
    scope: Construct,
    id_: str,
    *,
    log_group: logs.LogGroup,
    prober_arn: str,
    cluster_name: str,
    service_name: str,
) -> iam.Role:
    """The hook's role: it reads what runs in one cluster, and invokes one prober."""
    place = place_of(scope)
    made = role(
        scope,
        id_,
        description=f"Finds the new tasks of {service_name} and has them asked.",
        service="lambda.amazonaws.com",
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
        statements=[
            _write(log_group),
            allow("lambda:InvokeFunction", prober_arn),
            allow("ecs:DescribeServices", place.arn("ecs", f"service/{cluster_name}/{service_name}")),
            {
                **allow(["ecs:DescribeServiceRevisions", "ecs:DescribeTasks", "ecs:ListTasks"], "*"),
                "Condition": {"ArnEquals": {"ecs:cluster": place.arn("ecs", f"cluster/{cluster_name}")}},
            },
        ],
    )
    acknowledge(
        made,
        {
            "AwsSolutions-IAM5[Resource::*]": "Reads what runs in one cluster, by condition. Tasks and "
            "revisions get their names when they are made, and ListTasks takes no cluster as a resource "
            "(Service Authorization Reference).",
        },
    )
    return made


def _write(log_group: logs.LogGroup) -> dict[str, object]:
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], log_group.log_group_arn)


@cache
def _principal(service: str) -> iam.IPrincipal:
    return cast("iam.IPrincipal", iam.ServicePrincipal(service))
