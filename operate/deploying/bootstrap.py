"""`bootstrap`: make an account and region ready for one environment, as narrow as its templates allow.

dev takes CDK's standard bootstrap. An environment with a qualifier gets one of its own: CloudFormation may do
what its templates take, every role of it is bounded, and no other environment can deploy it.
https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from environments import ENVIRONMENTS
from operate.aws import error_code, explained
from operate.deploying.assembly import read_stacks, resource_types
from operate.deploying.execution_policy import TYPES_OUTPUT, Bounds, template
from operate.deploying.tools import Tools
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from operate.reading.stack_state import read_state

# The first cluster, load balancer and scaling of an account fail without theirs, each once.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html
SERVICE_LINKED: Mapping[str, str] = {
    "AWSServiceRoleForECS": "ecs.amazonaws.com",
    "AWSServiceRoleForElasticLoadBalancing": "elasticloadbalancing.amazonaws.com",
    "AWSServiceRoleForApplicationAutoScaling_ECSService": "ecs.application-autoscaling.amazonaws.com",
}


def policies_stack(environment: str) -> str:
    """The stack that holds the policies of an environment's bootstrap."""
    return f"{environment}-bootstrap"


def bootstrap(deployed: Deployed, tools: Tools) -> None:
    """Make ready; changes nothing that is ready already.

    Args:
        deployed: The environment, deployed or not.
        tools: What to work with.

    Raises:
        OperateError: How far it came; run again, it goes on.
    """
    environment, aws = deployed.environment, deployed.aws
    where = f"aws://{aws.account}/{aws.region}"
    again = f"make bootstrap ENV={environment.name}"
    try:
        for role, service in SERVICE_LINKED.items():
            _service_linked(deployed, role, service, tools)
        options: Sequence[str] = ()
        if environment.bootstrap_qualifier is not None:
            options = _own(deployed, tools)
        tools.say(f"bootstrapping {where} ...")
        tools.cdk.bootstrap(where, options)
    except KeyboardInterrupt:
        raise OperateError(
            "Interrupted; what was begun goes on in AWS.",
            next_step=f"{again} goes on from here.",
            code=ExitCode.INTERRUPTED,
        ) from None
    qualifier = environment.bootstrap_qualifier or "CDK's standard qualifier"
    tools.say(f"{where} is ready for {environment.name}, with {qualifier}.")


def not_covered(deployed: Deployed, types: frozenset[str]) -> Sequence[str]:
    """The types of resources that the environment's bootstrap was not made for.

    Args:
        deployed: The environment.
        types: Those in its templates.
    """
    if deployed.environment.bootstrap_qualifier is None:
        return ()
    outputs = read_state(deployed.aws, policies_stack(deployed.environment.name)).outputs
    return sorted(types - set(outputs.get(TYPES_OUTPUT, "").split(",")))


def _own(deployed: Deployed, tools: Tools) -> Sequence[str]:
    """Make the policies of an environment with a qualifier; the CLI's options that go with them."""
    environment, aws = deployed.environment, deployed.aws
    tools.say("synthesizing, for what the templates hold ...")
    tools.cdk.synthesize()
    types = resource_types(read_stacks(tools.cdk.assembly, environment.name))
    bounds = Bounds(
        environment=environment,
        account=aws.account,
        others=[name for name in ENVIRONMENTS if name != environment.name],
    )
    made = template(types, bounds)
    _policies(deployed, made, tools)
    policies = [
        bounds.arn_of_policy(each["Properties"]["ManagedPolicyName"])
        for logical_id, each in made["Resources"].items()
        if logical_id != "Boundary"
    ]
    qualifier = str(environment.bootstrap_qualifier)
    return (
        "--qualifier",
        qualifier,
        # A stack of its own: under the usual name it would become another environment's bootstrap.
        "--toolkit-stack-name",
        f"CDKToolkit-{qualifier}",
        "--cloudformation-execution-policies",
        ",".join(policies),
        "--custom-permissions-boundary",
        str(environment.permissions_boundary),
        "--termination-protection",
    )


def _policies(deployed: Deployed, made: Mapping[str, Any], tools: Tools) -> None:
    """A stack and no calls of IAM: CloudFormation keeps versions, and takes all of it away again."""
    aws, environment = deployed.aws, deployed.environment
    stack = policies_stack(environment.name)
    state = read_state(aws, stack)
    if state.busy:
        tools.follow.until_rest(stack)
        state = read_state(aws, stack)
    if state.deployed and state.template == made:
        tools.say(f"{stack}: the policies are as the templates need them.")
        return
    tools.say(f"{stack}: {'changing' if state.deployed else 'making'} the policies ...")
    given: dict[str, Any] = {
        "StackName": stack,
        "TemplateBody": json.dumps(made),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Tags": [
            {"Key": "environment", "Value": environment.name},
            {"Key": "owner", "Value": environment.tags.owner},
            {"Key": "cost-center", "Value": environment.tags.cost_center},
        ],
    }
    cloudformation = aws.client("cloudformation")
    if state.deployed:
        tools.follow.start(stack)
        with explained(f"change the stack {stack}"):
            cloudformation.update_stack(**given)
    else:
        if state.status is not None:
            # A creation that failed; nothing but its name is left of it.
            with explained(f"delete what is left of the stack {stack}"):
                cloudformation.delete_stack(StackName=stack)
                cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
        with explained(f"make the stack {stack}"):
            cloudformation.create_stack(**given, EnableTerminationProtection=True)
    tools.follow.until_rest(stack)


def _service_linked(deployed: Deployed, role: str, service: str, tools: Tools) -> None:
    iam = deployed.aws.client("iam")
    try:
        with explained(f"look for the role {role}"):
            iam.get_role(RoleName=role)
        return
    except OperateError as error:
        if not (isinstance(error.__cause__, ClientError) and error_code(error.__cause__) == "NoSuchEntity"):
            raise
    try:
        with explained(f"make the role {role}"):
            iam.create_service_linked_role(AWSServiceName=service)
    except OperateError as error:
        # Made by another hand in between: there it is. IAM says InvalidInput, its emulators the other.
        if "has been taken" in error.problem or "EntityAlreadyExists" in error.problem:
            return
        raise
    tools.say(f"{role}: made.")
