"""One table: which change of which resource must not be executed, what it would do, and the way round."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from operate.deploying.gate.change import Change
from operate.deploying.gate.finding import Finding

_NEW_SERVICE = (
    "add a second service under a new name in the environment file, move its paths or hosts over when it is "
    "healthy, then take the old one out"
)
_NEW_ENVIRONMENT = (
    "build a second environment beside this one (one more file in environments/), release there, and point "
    "the name at it"
)


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """A resource that must not be replaced.

    Args:
        happens: What a replacement does, after "would be replaced: ".
        way_round: What to do instead.
        by_name: Whether removing one and adding another of the same type counts, as a changed construct id
            does. Not where several of a kind come and go in the course of things.
    """

    happens: str
    way_round: str
    by_name: bool = True


GUARDED: Mapping[str, Guarded] = {
    "AWS::EC2::VPC": Guarded(
        happens="everything in it would have to move to another network, and CloudFormation fails half-way.",
        way_round=f"keep `network.cidr`; for other addresses {_NEW_ENVIRONMENT}.",
    ),
    "AWS::EC2::Subnet": Guarded(
        happens="CloudFormation makes the new subnet first, whose addresses the old one still holds.",
        way_round=(
            "add a zone with addresses of its own, say retired=True on the old one, deploy and release, and "
            "take its line out with the next deployment. The first two zones are for life "
            "(docs/decisions/first-two-zones.md)."
        ),
        by_name=False,
    ),
    "AWS::ECR::Repository": Guarded(
        happens="the images stay in the old one or go with it, and a repository of this name exists already.",
        way_round="keep its name and encryption; for another name, add a service under that name.",
    ),
    "AWS::ECS::Cluster": Guarded(
        happens="every service of the environment would be created anew in an empty cluster.",
        way_round=f"keep the cluster's name; otherwise {_NEW_ENVIRONMENT}.",
    ),
    "AWS::ECS::Service": Guarded(
        happens="its tasks would be stopped and started anew, and no rollback leads back to them.",
        way_round=f"{_NEW_SERVICE}.",
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Guarded(
        happens="the rules and the port would be taken away from the live one first.",
        way_round="keep its construct id and load balancer; HTTP and HTTPS are two listeners, side by side.",
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Guarded(
        happens="users would meet another address, with rules that lead to no task.",
        way_round=f"keep its name, scheme and type; otherwise {_NEW_ENVIRONMENT}.",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Guarded(
        happens="the new one has no tasks, and the live rule would lead to it or to a group that is deleted.",
        way_round=f"port, protocol and target type of a service are for life: {_NEW_SERVICE}.",
    ),
}

# What UpdateService takes from a service under CODE_DEPLOY; below it, what starts a deployment and is
# refused. The page does not speak of what is in neither list.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
TAKEN_UNDER_CODE_DEPLOY = frozenset(
    {
        "DeploymentConfiguration",
        "DesiredCount",
        "EnableECSManagedTags",
        "HealthCheckGracePeriodSeconds",
        "PlacementConstraints",
        "PlacementStrategies",
        "PropagateTags",
        "Tags",
    }
)
_RELEASE = "leave the stack as it was and release: the AppSpec brings it with every deployment"
BY_CODE_DEPLOY: Mapping[str, str] = {
    "CapacityProviderStrategy": "name none on the service: the cluster's default one holds at every release.",
    "ForceNewDeployment": "make release with ARGS=--force starts the same revision anew.",
    "LaunchType": "name none on the service: the cluster's default strategy holds at every release.",
    "LoadBalancers": f"container name, port and blue target group are fixed at creation: {_NEW_SERVICE}.",
    "NetworkConfiguration": (
        f"{_RELEASE}, from the network's output TaskSubnets. The template names the first two zones and the "
        "security group, for life (docs/decisions/first-two-zones.md)."
    ),
    "PlatformVersion": f"{_RELEASE}.",
    "ServiceConnectConfiguration": "not together with CodeDeploy: take a native strategy.",
    "ServiceRegistries": f"fixed at creation under CodeDeploy: {_NEW_SERVICE}.",
    "TaskDefinition": "name the family, not a revision: a release brings the revision.",
    "VolumeConfigurations": f"fixed at creation under CodeDeploy: {_NEW_SERVICE}.",
    "VpcLatticeConfigurations": f"fixed at creation under CodeDeploy: {_NEW_SERVICE}.",
}


CONTROLLERS_IN_PLACE: Mapping[str, frozenset[str]] = {
    "CODE_DEPLOY": frozenset({"ECS", "EXTERNAL"}),
    "ECS": frozenset({"EXTERNAL"}),
    "EXTERNAL": frozenset({"ECS"}),
}
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-service-parameters.html"""


def judge(changes: Sequence[Change]) -> Sequence[Finding]:
    """What the rules say of the changes of one stack.

    Args:
        changes: From templates or from a change set.
    """
    return [*_replacements(changes), *_writes(changes), *_controllers(changes)]


def _replacements(changes: Sequence[Change]) -> Iterator[Finding]:
    added = {change.type for change in changes if change.action == "Add"}
    for change in changes:
        guarded = GUARDED.get(change.type)
        if guarded is None:
            continue
        if change.replaced:
            why = f" by its {_names(change.properties)}" if change.properties else ""
            yield _refused(change, f"Would be replaced{why}: {guarded.happens}", guarded.way_round)
        elif change.action == "Remove" and guarded.by_name and change.type in added:
            yield _refused(
                change,
                f"Would be replaced, by one with another logical id: {guarded.happens}",
                f"keep the construct's id and place, or {guarded.way_round}",
            )


def _writes(changes: Sequence[Change]) -> Iterator[Finding]:
    for change in changes:
        if change.type != "AWS::ECS::Service" or change.action != "Modify" or change.replaced:
            continue
        if not (controller(change.before) == controller(change.after) == "CODE_DEPLOY"):
            continue
        for name in sorted(change.properties & BY_CODE_DEPLOY.keys()):
            yield _refused(
                change,
                f"Writes {name}, which ECS refuses under CODE_DEPLOY; the stack would roll back.",
                BY_CODE_DEPLOY[name],
            )
        for name in sorted(change.properties - BY_CODE_DEPLOY.keys() - TAKEN_UNDER_CODE_DEPLOY):
            yield Finding(
                stack=change.stack,
                resource=change.resource,
                says=f"Writes {name}; AWS does not say whether ECS takes that under CODE_DEPLOY.",
                way_round="Should ECS refuse it, the stack rolls back and nothing else happens.",
                refused=False,
            )


def _controllers(changes: Sequence[Change]) -> Iterator[Finding]:
    for change in changes:
        if change.type != "AWS::ECS::Service" or change.action != "Modify":
            continue
        before, after = controller(change.before), controller(change.after)
        if before == after:
            continue
        if after not in CONTROLLERS_IN_PLACE.get(before, frozenset()):
            # CloudFormation writes controller and task definition in one call, and ECS refuses the second
            # under the first. https://github.com/aws/aws-cdk/issues/36012
            yield _refused(
                change,
                f"A running service cannot go from {before} to {after} by a stack update; ECS refuses it.",
                f"{_NEW_SERVICE} (docs/strategies.md).",
            )
        elif before == "CODE_DEPLOY":
            yield Finding(
                stack=change.stack,
                resource=change.resource,
                says="ECS takes the service over from CodeDeploy and starts its revision anew. There is no "
                "way back: should it fail, the stack ends as UPDATE_ROLLBACK_FAILED.",
                way_round="docs/strategies.md goes through it, that end included.",
                refused=False,
            )


def controller(properties: Mapping[str, object]) -> str:
    """Who deploys a service with these properties."""
    named = properties.get("DeploymentController")
    return str(named.get("Type", "ECS")) if isinstance(named, Mapping) else "ECS"


def _refused(change: Change, says: str, way_round: str) -> Finding:
    return Finding(stack=change.stack, resource=change.resource, says=says, way_round=way_round)


def _names(properties: frozenset[str]) -> str:
    return ", ".join(sorted(properties))
