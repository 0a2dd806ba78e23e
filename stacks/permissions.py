"""What the actions of `operate` are limited to in one environment, by the names that its stacks give."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ecs_platform.account.permission import Permission
from ecs_platform.place import Place
from environments.model import Environment
from environments.model.environment import STANDARD_QUALIFIER
from operate.actions import Action, On

_BY_CLOUDFORMATION = (
    "CloudFormation makes the name: the stack's, which begins with the environment's, and more."
)
_BY_ECS = "ECS ends the ARN with an id or number of its own, after the environment's cluster or family."
_BY_SERVICE = "One for each service of the environment, named after the environment and the service."


@dataclass(frozen=True, kw_only=True)
class _Reach:
    """The resources behind one `On`.

    Args:
        resource: What stands in the ARN after account and colon.
        because: Why it holds a wildcard. None where it holds none.
        conditions: What limits it further. Nothing by default.
    """

    resource: str
    because: str | None
    conditions: Mapping[str, Mapping[str, str]] | None = None


def permissions(actions: Sequence[Action], environment: Environment, place: Place) -> Sequence[Permission]:
    """The permissions for some actions, limited to one environment.

    Args:
        actions: Of operate/actions.py.
        environment: The environment.
        place: Partition and account; the region is the environment's.
    """

    def arn(service: str, resource: str) -> str:
        region = "" if service in {"iam", "route53"} else environment.region
        account = "" if service == "route53" else place.account
        return f"arn:{place.partition}:{service}:{region}:{account}:{resource}"

    reaches = _reaches(environment, arn)
    grouped: dict[tuple[tuple[On, ...], str | None], list[str]] = {}
    for action in actions:
        grouped.setdefault((tuple(action.on), action.because), []).append(action.name)
    return [
        Permission(
            actions=names,
            resources=[
                "*" if reaches[on].resource == "*" else arn(on.type_.partition(":")[0], reaches[on].resource)
                for on in ons
            ],
            # Those that come with a condition come alone.
            conditions=reaches[ons[0]].conditions or {},
            because=because or reaches[ons[0]].because,
        )
        for (ons, because), names in grouped.items()
    ]


def _reaches(environment: Environment, arn: Callable[[str, str], str]) -> Mapping[On, _Reach]:
    name = environment.name
    qualifier = environment.bootstrap_qualifier or STANDARD_QUALIFIER
    in_cluster = {"ArnEquals": {"ecs:cluster": arn("ecs", f"cluster/{name}")}}
    return {
        On.ALARM: _Reach(resource=f"alarm:{name}-*", because=_BY_CLOUDFORMATION),
        On.APPLICATION: _Reach(resource=f"application:{name}-*", because=_BY_CLOUDFORMATION),
        On.BOOTSTRAP_VERSION: _Reach(resource=f"parameter/cdk-bootstrap/{qualifier}/version", because=None),
        On.CLUSTER: _Reach(resource=f"cluster/{name}", because=None),
        On.DEPLOYMENT_CONFIGURATION: _Reach(
            resource="deploymentconfig:*",
            because="AWS's own configurations and those CloudFormation names: they say how traffic moves.",
        ),
        On.DEPLOYMENT_GROUP: _Reach(resource=f"deploymentgroup:{name}-*/*", because=_BY_CLOUDFORMATION),
        On.FARGATE_QUOTA: _Reach(
            resource="fargate/*", because="Each quota of Fargate has a code; all of them may be read."
        ),
        On.HOSTED_ZONE: _Reach(
            resource="hostedzone/*",
            because="The zone is a setting that may change, and what is read of it is public.",
        ),
        On.LISTENER_RULE: _Reach(
            resource="listener-rule/app/*",
            # A load balancer's name is cut short before the environment's ends.
            conditions={
                "StringLike": {
                    "aws:ResourceTag/ecs-platform:stack": arn("cloudformation", f"stack/{name}-*/*")
                }
            },
            because="A rule's ARN is made of ids; its tag names the stack that it belongs to.",
        ),
        On.LOG_GROUP: _Reach(resource=f"log-group:/ecs/{name}/*", because=_BY_SERVICE),
        On.LOG_STREAM: _Reach(resource=f"log-group:/ecs/{name}/*:log-stream:*", because=_BY_SERVICE),
        On.REPOSITORY: _Reach(resource=f"repository/{name}/*", because=_BY_SERVICE),
        On.SERVICE: _Reach(resource=f"service/{name}/*", because=_BY_SERVICE),
        On.SERVICE_DEPLOYMENT: _Reach(resource=f"service-deployment/{name}/*", because=_BY_ECS),
        On.SERVICE_LINKED_ROLE: _Reach(
            resource="role/aws-service-role/*",
            because="Three services must have theirs, in folders of their own; that they exist is no secret.",
        ),
        On.SERVICE_REVISION: _Reach(resource=f"service-revision/{name}/*", because=_BY_ECS),
        On.STACK: _Reach(resource=f"stack/{name}-*/*", because=_BY_CLOUDFORMATION),
        On.TASK: _Reach(resource=f"task/{name}/*", because=_BY_ECS),
        On.TASK_DEFINITION: _Reach(resource=f"task-definition/{name}-*:*", because=_BY_ECS),
        On.TASK_DEFINITION_IN_CLUSTER: _Reach(
            resource=f"task-definition/{name}-*:*", conditions=in_cluster, because=_BY_ECS
        ),
        On.TASK_ROLE: _Reach(
            resource=f"role/{name}-*",
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            because=_BY_CLOUDFORMATION,
        ),
        On.TASK_ROLE_ASKED: _Reach(resource=f"role/{name}-*", because=_BY_CLOUDFORMATION),
        On.ANYTHING: _Reach(resource="*", because=None),
        On.ANYTHING_IN_CLUSTER: _Reach(resource="*", conditions=in_cluster, because=None),
    }
