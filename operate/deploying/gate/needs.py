"""What the live and the previous revision still need, and a deployment would take away.

Infrastructure changes before the live revision does: between the two, a task that dies or a service that
scales starts the live revision again, and a rollback starts the previous one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from operate.deploying.gate.change import Template
from operate.deploying.gate.finding import Finding
from operate.deploying.gate.grants import MANAGED, Grant, grants, lost, text
from operate.deploying.gate.in_use import EGRESS, InUse

_ENDPOINT = "AWS::EC2::VPCEndpoint"
_NAT = "AWS::EC2::NatGateway"
_LOGS = "AWS::Logs::LogGroup"
# What the execution role calls to start a task, besides what fetches secrets.
_PULL = {"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"}


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack before and after.

    Args:
        name: Its name.
        deployed: The template in use. Empty where the stack does not exist.
        new: The template to come.
        roles: The physical names of its roles, with their logical ids.
    """

    name: str
    deployed: Template
    new: Template
    roles: Mapping[str, str]


def still_needed(
    stacks: Sequence[Stack], in_use: Sequence[InUse], known: Mapping[str, str]
) -> Sequence[Finding]:
    """What would go although a revision in use needs it.

    Args:
        stacks: Every stack of the environment that is going to be deployed.
        in_use: The revisions that may start a task any time.
        known: Values of pseudo parameters such as `AWS::AccountId`.
    """
    findings: dict[str, Finding] = {}
    for stack in stacks:
        for revision in in_use:
            for finding in (
                *_endpoints(stack, revision, known),
                *_roles(stack, revision, known),
                *_log_groups(stack, revision, known),
            ):
                # Of several revisions that need one thing, the first is enough.
                findings.setdefault(finding.retire or finding.resource, finding)
    return list(findings.values())


def _endpoints(stack: Stack, revision: InUse, known: Mapping[str, str]) -> Iterator[Finding]:
    before, after = _reached(stack.deployed, known), _reached(stack.new, known)
    for service, reason in revision.reaches.items():
        # Through a NAT gateway everything is within reach, with or without an endpoint.
        logical_id = before.get(service) or before.get(EGRESS)
        if logical_id is None or service in after or EGRESS in after:
            continue
        kind = _ENDPOINT if service in before else _NAT
        yield Finding(
            stack=stack.name,
            resource=f"{logical_id} ({kind})",
            says=f"Would go, and {revision} {reason}.",
            way_round=f"keep it until {revision.until}.",
            retire=f"endpoint:{'internet' if service == EGRESS else service}",
        )


def _reached(template: Template, known: Mapping[str, str]) -> Mapping[str, str]:
    reached: dict[str, str] = {}
    for logical_id, resource in template.get("Resources", {}).items():
        if resource["Type"] == _NAT:
            reached[EGRESS] = logical_id
        elif resource["Type"] == _ENDPOINT:
            # com.amazonaws.eu-central-1.ecr.api
            name = text(resource["Properties"]["ServiceName"], known)
            reached[name.partition(f".{known['AWS::Region']}.")[2]] = logical_id
    return reached


def _roles(stack: Stack, revision: InUse, known: Mapping[str, str]) -> Iterator[Finding]:
    for role, is_execution in ((revision.execution_role, True), (revision.task_role, False)):
        logical_id = stack.roles.get(role)
        if logical_id is None or logical_id not in stack.deployed.get("Resources", {}):
            continue
        resource = f"{logical_id} (AWS::IAM::Role)"
        if logical_id not in stack.new.get("Resources", {}):
            yield Finding(
                stack=stack.name,
                resource=resource,
                says=f"Would go, and {revision} {'is started with it' if is_execution else 'acts in it'}.",
                way_round=f"keep it until {revision.until}.",
                retire=f"{revision.service}/role:{logical_id}",
            )
            continue
        before = grants(stack.deployed, logical_id, known)
        after = grants(stack.new, logical_id, known)
        for grant in lost(before, after):
            needed = _needed_to_start(grant, revision) if is_execution else _needed_to_run(grant)
            if needed is not None:
                reason, name = needed
                yield Finding(
                    stack=stack.name,
                    resource=resource,
                    says=f"Would lose {grant.action} on {grant.resource}, and {revision} {reason}.",
                    way_round=_kept_secret(grant, name, revision) or f"keep it until {revision.until}.",
                    retire=f"{revision.service}/{name}",
                )


def _kept_secret(grant: Grant, name: str, revision: InUse) -> str | None:
    """The field that keeps the grant of a secret which is no longer mounted."""
    if not name.startswith("secret:") or grant.action == "kms:Decrypt":
        return None
    return (
        f"move it from `secrets` to `retired` in the environment file, and delete it once {revision.until}."
    )


def _needed_to_start(grant: Grant, revision: InUse) -> tuple[str, str] | None:
    """Why a revision cannot start without a permission, and the name to let it go by."""
    for secret in revision.secrets:
        # A policy that names a secret ends in the six characters that Secrets Manager appends.
        names_it = grant.may_be(secret.arn) or grant.may_be(f"{secret.arn}-abcdef")
        if grant.action == secret.action and names_it:
            return f"gets {secret.name} with it", f"secret:{secret.name}"
    match grant.action:
        case "secretsmanager:GetSecretValue" | "ssm:GetParameters":
            return None
        case "kms:Decrypt" if not revision.secrets:
            return None
        case action if action in _PULL and not any(map(grant.may_be, revision.repositories)):
            return None
        case "logs:CreateLogStream" | "logs:PutLogEvents" if not revision.log_groups:
            return None
        case action:
            # An execution role has nothing that starting a task does not take.
            return "may not start without it", f"permission:{action}"


def _needed_to_run(grant: Grant) -> tuple[str, str]:
    # What the application calls stands in no task definition: whatever it may do, it may be doing.
    name = f"permission:{grant.resource if grant.action == MANAGED else grant.action}"
    return "may be using it", name


def _log_groups(stack: Stack, revision: InUse, known: Mapping[str, str]) -> Iterator[Finding]:
    kept = {
        text(each["Properties"].get("LogGroupName", ""), known)
        for each in stack.new.get("Resources", {}).values()
        if each["Type"] == _LOGS
    }
    for logical_id, resource in stack.deployed.get("Resources", {}).items():
        if resource["Type"] != _LOGS or resource.get("DeletionPolicy", "Delete").startswith("Retain"):
            continue
        name = text(resource["Properties"].get("LogGroupName", ""), known)
        if name in revision.log_groups and name not in kept:
            yield Finding(
                stack=stack.name,
                resource=f"{logical_id} ({_LOGS})",
                says=f"{name} would go, and {revision} starts no task without it.",
                way_round=f"keep it until {revision.until}.",
                retire=f"{revision.service}/logs:{name}",
            )
