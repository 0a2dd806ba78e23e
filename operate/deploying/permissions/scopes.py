"""What permissions of a deployment are limited to: names, conditions, or a region where neither is known."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Resources, and under which condition.

    Args:
        resources: ARNs with `{env}`, `{qualifier}` and the like for what differs between environments.
        operator: The condition's operator. None without a condition.
        key: Its key.
        value: Its value.
    """

    resources: tuple[str, ...]
    operator: str | None = None
    key: str = ""
    value: str = ""


Needs = Mapping[Scope, str]
"""What one type of resource takes: actions, several in one text, by what they are limited to."""

PASS = "iam:PassRole"  # noqa: S105 - an action
LINK = "iam:CreateServiceLinkedRole"


def _named(*arns: str) -> Scope:
    return Scope(resources=arns)


ANYTHING = _named("*")
"""What takes no resource, or knows no region."""

IN_REGION = Scope(resources=("*",), operator="StringEquals", key="aws:RequestedRegion", value="{region}")
"""EC2, load balancers, certificates, keys: their ids are made by AWS, or CloudFormation cuts their names off.

The boundary keeps a deployment off what carries another environment's tag.
"""

ALARMS = _named("arn:{partition}:cloudwatch:{region}:{account}:alarm:{env}-*")
APPLICATIONS = _named("arn:{partition}:codedeploy:{region}:{account}:application:{env}-*")
ASSETS = _named("arn:{partition}:s3:::cdk-{qualifier}-assets-{account}-{region}/*")
BOOTSTRAP_VERSION = _named(
    "arn:{partition}:ssm:{region}:{account}:parameter/cdk-bootstrap/{qualifier}/version"
)
BUCKETS = _named("arn:{partition}:s3:::{env}-*")
# CloudFormation names a project after its logical id alone.
BUILDS = _named("arn:{partition}:codebuild:{region}:{account}:project/ContainerImageBuild*")
CLUSTER = _named("arn:{partition}:ecs:{region}:{account}:cluster/{env}")
DEPLOYMENT_CONFIGURATIONS = _named("arn:{partition}:codedeploy:{region}:{account}:deploymentconfig:*")
DEPLOYMENT_GROUPS = _named("arn:{partition}:codedeploy:{region}:{account}:deploymentgroup:{env}-*")
FUNCTIONS = _named("arn:{partition}:lambda:{region}:{account}:function:{env}-*")
HOSTED_ZONE = _named("arn:{partition}:route53:::hostedzone/{hosted_zone}")
LOG_GROUPS = _named(
    *(
        f"arn:{{partition}}:logs:{{region}}:{{account}}:log-group:{name}"
        for name in (
            "{env}-*",
            "/ecs/{env}/*",
            "/aws/lambda/{env}-*",
            "/aws/codebuild/ContainerImageBuild*",
            "aws-waf-logs-{env}-*",
        )
    )
)
QUEUES = _named("arn:{partition}:sqs:{region}:{account}:{env}-*")
REPOSITORIES = _named("arn:{partition}:ecr:{region}:{account}:repository/{env}/*")
ROLES = _named("arn:{partition}:iam::{account}:role/{env}-*")
RULES = _named("arn:{partition}:events:{region}:{account}:rule/{env}-*")
SCHEDULE_GROUPS = _named("arn:{partition}:scheduler:{region}:{account}:schedule-group/{env}-*")
# In the group that the job's stack makes: docs/jobs.md.
SCHEDULES = _named("arn:{partition}:scheduler:{region}:{account}:schedule/{env}-*/*")
SERVICES = _named("arn:{partition}:ecs:{region}:{account}:service/{env}/*")
TASK_DEFINITIONS = _named("arn:{partition}:ecs:{region}:{account}:task-definition/{env}-*")
TOPICS = _named("arn:{partition}:sns:{region}:{account}:{env}-*")

ROLES_WITH_BOUNDARY = Scope(
    resources=ROLES.resources, operator="StringEquals", key="iam:PermissionsBoundary", value="{boundary}"
)
"""Roles of the environment, as long as they carry its boundary, or are about to."""


def passed_to(service: str) -> Scope:
    """Roles of the environment, handed to one service.

    Args:
        service: Its principal, `lambda.amazonaws.com`.
    """
    return Scope(resources=ROLES.resources, operator="StringEquals", key="iam:PassedToService", value=service)


def linked_to(service: str) -> Scope:
    """The role that a service needs in the account and that is made once, for it alone.

    Args:
        service: Its principal.
    """
    return Scope(
        resources=(f"arn:{{partition}}:iam::{{account}}:role/aws-service-role/{service}/*",),
        operator="StringEquals",
        key="iam:AWSServiceName",
        value=service,
    )


def of(service: str, names: str) -> str:
    """Actions of one service.

    Args:
        service: `ec2`.
        names: `CreateVpc DeleteVpc`.
    """
    return " ".join(f"{service}:{name}" for name in names.split())
