"""What the account and its region have to offer: bootstrap, zones and service-linked roles."""

import pytest

from operate.checking.account_checks import MINIMUM_BOOTSTRAP, account_checks
from operate.checking.finding import Finding, Verdict
from operate.outputs import Deployed
from tests.operate.reading import NOW, StubbedAws

ROLES = [
    "AWSServiceRoleForECS",
    "AWSServiceRoleForElasticLoadBalancing",
    "AWSServiceRoleForApplicationAutoScaling_ECSService",
]


def answer(aws: StubbedAws, *, bootstrap: str | None = "31", zones: str = "ab", roles: int = 3) -> None:
    """What AWS says; zones in capitals are impaired, and the first so many roles are there."""
    asked = {"Name": "/cdk-bootstrap/hnb659fds/version"}
    if bootstrap is None:
        aws.refuses("ssm", "get_parameter", "ParameterNotFound")
    else:
        aws.answers("ssm", "get_parameter", {"Parameter": {"Value": bootstrap}}, asked)
    listed = [
        {"ZoneName": f"eu-central-1{z.lower()}", "State": "available" if z.islower() else "impaired"}
        for z in zones
    ]
    aws.answers("ec2", "describe_availability_zones", {"AvailabilityZones": listed})
    for position, name in enumerate(ROLES):
        if position >= roles:
            aws.refuses("iam", "get_role", "NoSuchEntity")
            continue
        role = {"Path": "/", "RoleName": name, "RoleId": "A" * 16, "Arn": "arn:aws:iam::1:role/r"}
        aws.answers("iam", "get_role", {"Role": {**role, "CreateDate": NOW}}, {"RoleName": name})


def found(aws: StubbedAws) -> dict[str, Finding]:
    findings = {each.name: each for each in account_checks(Deployed(aws))}
    aws.all_was_asked()
    return findings


def test_an_account_that_is_ready(stubbed: StubbedAws) -> None:
    answer(stubbed)
    assert {name: (each.verdict, each.says) for name, each in found(stubbed).items()} == {
        "bootstrap": (Verdict.OK, "version 31, qualifier hnb659fds"),
        "zones": (Verdict.OK, "eu-central-1a, eu-central-1b"),
        "roles": (Verdict.OK, "the service-linked roles are there"),
    }


def test_an_account_that_is_not_bootstrapped(stubbed: StubbedAws) -> None:
    answer(stubbed, bootstrap=None)
    bootstrap = found(stubbed)["bootstrap"]
    assert bootstrap.verdict is Verdict.REFUSED
    assert bootstrap.says == "eu-central-1 is not bootstrapped with the qualifier hnb659fds"
    assert bootstrap.fix == "make bootstrap ENV=dev"


@pytest.mark.parametrize(("version", "verdict"), [(5, Verdict.REFUSED), (6, Verdict.OK), (10, Verdict.OK)])
def test_the_version_of_the_bootstrap(stubbed: StubbedAws, version: int, verdict: Verdict) -> None:
    answer(stubbed, bootstrap=str(version))
    assert found(stubbed)["bootstrap"].verdict is verdict


def test_an_environment_with_a_qualifier_of_its_own(stubbed: StubbedAws) -> None:
    stubbed.environment = stubbed.environment.model_copy(update={"bootstrap_qualifier": "prod1"})
    asked = {"Name": "/cdk-bootstrap/prod1/version"}
    stubbed.answers("ssm", "get_parameter", {"Parameter": {"Value": "31"}}, asked)
    stubbed.refuses("ec2", "describe_availability_zones", "AccessDenied")
    stubbed.refuses("iam", "get_role", "AccessDenied")
    assert found(stubbed)["bootstrap"].says == "version 31, qualifier prod1"


def test_the_minimum_is_what_our_stacks_ask_for(dev_stacks: object) -> None:
    import json

    stacks = list(dev_stacks)  # type: ignore[call-overload]
    manifest = json.loads((stacks[0].folder / "manifest.json").read_text())
    asked = {
        artifact["properties"]["requiresBootstrapStackVersion"]
        for artifact in manifest["artifacts"].values()
        if "requiresBootstrapStackVersion" in artifact.get("properties", {})
    }
    assert asked == {MINIMUM_BOOTSTRAP}


def test_a_zone_that_the_account_does_not_have(stubbed: StubbedAws) -> None:
    answer(stubbed, zones="ac")
    zones = found(stubbed)["zones"]
    assert (zones.verdict, zones.says) == (Verdict.REFUSED, "this account has no eu-central-1b")
    assert zones.fix == "network.zones in the environment file: eu-central-1a, eu-central-1c"


def test_a_zone_in_trouble(stubbed: StubbedAws) -> None:
    answer(stubbed, zones="aB")
    zones = found(stubbed)["zones"]
    assert (zones.verdict, zones.says) == (Verdict.WARNING, "eu-central-1b is impaired")


def test_roles_that_a_new_account_lacks(stubbed: StubbedAws) -> None:
    answer(stubbed, roles=1)
    roles = found(stubbed)["roles"]
    assert roles.verdict is Verdict.WARNING
    assert roles.says.startswith(f"{ROLES[1]}, {ROLES[2]} missing")
    assert roles.fix == "make bootstrap ENV=dev"


def test_what_nobody_may_ask_is_not_known_and_not_missing(stubbed: StubbedAws) -> None:
    stubbed.refuses("ssm", "get_parameter", "AccessDeniedException", "Not you.")
    stubbed.refuses("ec2", "describe_availability_zones", "UnauthorizedOperation", "Not you.")
    stubbed.refuses("iam", "get_role", "AccessDenied", "Not you.")
    findings = found(stubbed).values()
    assert {each.verdict for each in findings} == {Verdict.WARNING}
    assert all(each.says.startswith("not known: Not allowed: ") for each in findings)
