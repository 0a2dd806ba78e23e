"""What the account and its region have to offer before an environment is deployed."""

from collections.abc import Callable, Sequence

from botocore.exceptions import ClientError

from environments.model.environment import STANDARD_QUALIFIER
from operate.aws import error_code, explained
from operate.checking.finding import Finding, Verdict, checked
from operate.outputs import Deployed
from operate.problem import OperateError
from operate.together import together

# What the stacks of this project ask for: `requiresBootstrapStackVersion` in manifest.json of the assembly.
# https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
MINIMUM_BOOTSTRAP = 6

# In the order in which a first deployment needs them.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html
_SERVICE_LINKED = (
    "AWSServiceRoleForECS",
    "AWSServiceRoleForElasticLoadBalancing",
    "AWSServiceRoleForApplicationAutoScaling_ECSService",
)


def account_checks(deployed: Deployed) -> Sequence[Finding]:
    """Bootstrap, zones and service-linked roles.

    Args:
        deployed: The environment, deployed or not.
    """
    for client in ("ssm", "ec2", "iam"):
        deployed.aws.client(client)
    checks: dict[str, Callable[[], Finding]] = {
        "bootstrap": lambda: _bootstrap(deployed),
        "zones": lambda: _zones(deployed),
        "roles": lambda: _roles(deployed),
    }
    return together([lambda name=name, check=check: checked(name, check) for name, check in checks.items()])


def _bootstrap(deployed: Deployed) -> Finding:
    environment = deployed.environment
    qualifier = environment.bootstrap_qualifier or STANDARD_QUALIFIER
    fix = f"make bootstrap ENV={environment.name}"
    parameter = f"/cdk-bootstrap/{qualifier}/version"
    try:
        with explained(f"read the parameter {parameter}"):
            found = deployed.aws.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
    except OperateError as error:
        if not _is(error, "ParameterNotFound"):
            raise
        return Finding(
            name="bootstrap",
            verdict=Verdict.REFUSED,
            says=f"{deployed.aws.region} is not bootstrapped with the qualifier {qualifier}",
            fix=fix,
        )
    if int(found) < MINIMUM_BOOTSTRAP:
        return Finding(
            name="bootstrap",
            verdict=Verdict.REFUSED,
            says=f"version {found} of the bootstrap stack {qualifier}; {MINIMUM_BOOTSTRAP} is needed",
            fix=fix,
        )
    return Finding(name="bootstrap", verdict=Verdict.OK, says=f"version {found}, qualifier {qualifier}")


def _zones(deployed: Deployed) -> Finding:
    with explained("list the availability zones"):
        answer = deployed.aws.client("ec2").describe_availability_zones()["AvailabilityZones"]
    states: dict[str, str] = {each["ZoneName"]: each["State"] for each in answer}
    wanted = [zone.name for zone in deployed.environment.network.zones]
    absent = [zone for zone in wanted if zone not in states]
    if absent:
        return Finding(
            name="zones",
            verdict=Verdict.REFUSED,
            says=f"this account has no {', '.join(absent)}",
            fix=f"network.zones in the environment file: {', '.join(sorted(states))}",
        )
    impaired = [zone for zone in wanted if states[zone] != "available"]
    if impaired:
        told = ", ".join(f"{zone} is {states[zone]}" for zone in impaired)
        return Finding(name="zones", verdict=Verdict.WARNING, says=told, fix="https://health.aws.amazon.com")
    return Finding(name="zones", verdict=Verdict.OK, says=", ".join(wanted))


def _roles(deployed: Deployed) -> Finding:
    absent = [role for role in _SERVICE_LINKED if not _exists(deployed, role)]
    if not absent:
        return Finding(name="roles", verdict=Verdict.OK, says="the service-linked roles are there")
    return Finding(
        name="roles",
        verdict=Verdict.WARNING,
        says=f"{', '.join(absent)} missing: the first deployment of an account can fail without",
        fix=f"make bootstrap ENV={deployed.environment.name}",
    )


def _exists(deployed: Deployed, role: str) -> bool:
    try:
        with explained(f"look for the role {role}"):
            deployed.aws.client("iam").get_role(RoleName=role)
    except OperateError as error:
        if _is(error, "NoSuchEntity"):
            return False
        raise
    return True


def _is(error: OperateError, code: str) -> bool:
    cause = error.__cause__
    return isinstance(cause, ClientError) and error_code(cause) == code
