"""The gate for the stacks of an environment: AWS is asked what is in use, and the rules judge."""

from collections.abc import Iterator, Mapping, Sequence

from botocore.exceptions import ClientError

from operate.aws import explained
from operate.deploying.assembly import Stack
from operate.deploying.gate.change import Change, by_templates
from operate.deploying.gate.finding import Finding
from operate.deploying.gate.grants import text
from operate.deploying.gate.in_use import CONFIGURED, InUse
from operate.deploying.gate.needs import Stack as BeforeAndAfter
from operate.deploying.gate.needs import still_needed
from operate.deploying.gate.rules import controller, judge
from operate.outputs import Deployed, ServiceOutputs
from operate.problem import OperateError
from operate.reading.live import read
from operate.reading.stack_state import StackState, read_roles, read_state
from operate.releasing.rollback import before_live
from operate.words import command, revision_name


def examine(deployed: Deployed, stacks: Sequence[tuple[Stack, StackState]]) -> Sequence[Finding]:
    """What the deployment of these stacks would do, as far as their templates tell.

    Args:
        deployed: The environment.
        stacks: What is to be deployed, each with what is.

    Raises:
        OperateError: AWS refused to answer.
    """
    changing = [(stack, state) for stack, state in stacks if state.deployed and not state.is_as(stack)]
    findings: list[Finding] = []
    for stack, state in changing:
        changes = by_templates(stack.name, state.template, stack.template)
        findings += judge(changes)
        findings += _taken_over(deployed, stack, changes)
    if changing:
        findings += _needed(deployed, changing)
        findings += _left_behind(deployed, changing)
    return findings


def _taken_over(deployed: Deployed, stack: Stack, changes: Sequence[Change]) -> Iterator[Finding]:
    """What has to be settled before ECS takes a service over from CodeDeploy: docs/strategies.md."""
    for change in changes:
        pair = controller(change.before), controller(change.after)
        if change.type != "AWS::ECS::Service" or change.action != "Modify" or pair != ("CODE_DEPLOY", "ECS"):
            continue
        service = deployed.service(stack.id)
        live = read(deployed.aws, service)
        if live.under_way is not None:
            yield Finding(
                stack=stack.name,
                resource=change.resource,
                says=f"{live.under_way.id} is under way ({live.under_way.status}); ECS takes no service over "
                "in the middle of a deployment.",
                way_round=f"{command('watch', deployed.aws, service)}, or "
                f"{command('finish', deployed.aws, service)} where its old tasks wait; then deploy.",
            )
        if live.revision != service.task_definition:
            yield Finding(
                stack=stack.name,
                resource=change.resource,
                says=f"{revision_name(live.revision)} is live and not the configured revision; the update "
                "would bring that one, in the moment in which the controller changes.",
                way_round="put the live image into the environment file, deploy and release, then change the "
                "strategy alone.",
            )


def known_to(deployed: Deployed) -> Mapping[str, str]:
    """The pseudo parameters of an environment's templates."""
    aws = deployed.aws
    return {
        "AWS::AccountId": aws.account,
        "AWS::Partition": "aws-cn" if aws.region.startswith("cn-") else "aws",
        "AWS::Region": aws.region,
        "AWS::URLSuffix": "amazonaws.com.cn" if aws.region.startswith("cn-") else "amazonaws.com",
    }


def _needed(deployed: Deployed, changing: Sequence[tuple[Stack, StackState]]) -> Sequence[Finding]:
    in_use = [
        *(revision for name in deployed.service_names() for revision in _in_use(deployed, name)),
        *(revision for name in deployed.job_names() for revision in _of_job(deployed, name)),
    ]
    if not in_use:
        return ()
    compared = [
        BeforeAndAfter(
            name=stack.name,
            deployed=state.template,
            new=stack.template,
            roles=read_roles(deployed.aws, stack.name),
        )
        for stack, state in changing
    ]
    return still_needed(compared, in_use, known_to(deployed))


def _in_use(deployed: Deployed, name: str) -> Iterator[InUse]:
    """The revisions of a service that may start a task any time. None where it is not deployed."""
    aws = deployed.aws
    if not read_state(aws, f"{deployed.environment.name}-{name}").deployed:
        return
    service = deployed.service(name)
    for revision, what in _revisions(deployed, service).items():
        yield _described(deployed, name, revision, what)


def _of_job(deployed: Deployed, name: str) -> Iterator[InUse]:
    """The revision that schedules and people may start any time. None where the job is not deployed."""
    if read_state(deployed.aws, f"{deployed.environment.name}-{name}").deployed:
        yield _described(deployed, name, deployed.job(name).task_definition, CONFIGURED)


def _described(deployed: Deployed, name: str, revision: str, what: str) -> InUse:
    known = known_to(deployed)
    with explained(f"describe the task definition {revision}"):
        definition = deployed.aws.client("ecs").describe_task_definition(taskDefinition=revision)[
            "taskDefinition"
        ]
    return InUse(
        service=name,
        what=what,
        definition=definition,
        partition=known["AWS::Partition"],
        account=deployed.aws.account,
        region=deployed.aws.region,
    )


def _revisions(deployed: Deployed, service: ServiceOutputs) -> Mapping[str, str]:
    live = read(deployed.aws, service)
    found = {live.revision: "live"}
    for tasks in live.task_sets:
        found.setdefault(tasks.revision, "other running")
    before = before_live(deployed.aws, live) if service.by_code_deploy else None
    if before is None:
        before = next(
            (each.revision for each in live.deployments if each.revision and each.revision not in found), None
        )
    if before is not None and not any(arn.endswith(f"/{before}") for arn in found):
        found.setdefault(before, "previous")
    return found


def _left_behind(deployed: Deployed, changing: Sequence[tuple[Stack, StackState]]) -> Iterator[Finding]:
    """Services that were taken out of the file, and whose stack still stands on what would go."""
    environment, known = deployed.environment.name, known_to(deployed)
    for stack, state in changing:
        kept = stack.template.get("Resources", {})
        for logical_id, resource in state.template.get("Resources", {}).items():
            if resource["Type"] != "AWS::ECR::Repository" or logical_id in kept:
                continue
            name = text(resource["Properties"].get("RepositoryName", ""), known)
            service = name.removeprefix(f"{environment}/")
            if service != name and _exists(deployed, f"{environment}-{service}"):
                yield Finding(
                    stack=stack.name,
                    resource=f"{logical_id} (AWS::ECR::Repository)",
                    says=f"{name} would leave the stack, and the stack {environment}-{service} still runs "
                    "tasks from it.",
                    way_round=f"put {service} back into the environment file, make destroy ENV={environment} "
                    f"STACK={service}, then take it out.",
                )


def _exists(deployed: Deployed, stack: str) -> bool:
    try:
        return read_state(deployed.aws, stack).deployed
    except OperateError as error:
        # Rights to a stack end with the environment's names: whoever may not ask meets it at the deployment.
        if isinstance(error.__cause__, ClientError):
            return False
        raise
