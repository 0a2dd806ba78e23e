"""What has to be there before CloudFormation starts, found in seconds: account, hosted zone, images."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from botocore.exceptions import ClientError

from environments.model import HttpsWithHostedZone, JobSettings, RegistryImage, ServiceSettings
from operate.aws import error_code, explained
from operate.checking.account_checks import account_checks
from operate.checking.finding import Finding, Verdict, checked
from operate.outputs import Deployed, ServiceOutputs
from operate.problem import OperateError
from operate.reading.image import Image, find
from operate.reading.live import read
from operate.reading.stack_state import read_state

_PLATFORMS = {"ARM64": "linux/arm64", "X86_64": "linux/amd64"}


@dataclass(frozen=True, kw_only=True)
class MissingImage:
    """An image that the environment file names and that is not where it should be.

    Args:
        service: The service, or the job.
        says: What is wrong.
        push: How to get it there.
        repository_exists: Whether there is a repository to push to.
    """

    service: str
    says: str
    push: str
    repository_exists: bool

    def as_finding(self) -> Finding:
        """The same as the outcome of a check."""
        return Finding(name="image", verdict=Verdict.REFUSED, says=self.says, fix=self.push)


def account_and_domain(deployed: Deployed) -> Sequence[Finding]:
    """Bootstrap, zones, roles and the hosted zone.

    Args:
        deployed: The environment, deployed or not.
    """
    findings = list(account_checks(deployed))
    https = deployed.environment.load_balancer.https
    if isinstance(https, HttpsWithHostedZone):
        findings.append(checked("domain", lambda: _hosted_zone(deployed, https)))
    return findings


def missing_images(deployed: Deployed, services: Sequence[str], *, carry: bool) -> Sequence[MissingImage]:
    """The images that the environment file names and nobody has pushed.

    A job with a service's image needs none of its own.

    Args:
        deployed: The environment, deployed or not.
        services: Names of the services and jobs whose images to look for.
        carry: Whether an image that a release brought stays live, so that the configured one may be gone.
    """
    environment = deployed.environment
    found = [
        _missing(deployed, each, each.image)
        for each in (*environment.services, *environment.jobs)
        if each.name in services
        and isinstance(each.image, RegistryImage)
        and not (carry and isinstance(each, ServiceSettings) and _is_carried(deployed, each.name))
    ]
    return [each for each in found if each is not None]


def _hosted_zone(deployed: Deployed, https: HttpsWithHostedZone) -> Finding:
    """A certificate waits for its record for hours, and the record's zone is easily mistyped."""
    wanted = f"{https.hosted_zone_name}."
    fix = "load_balancer.https in the environment file; aws route53 list-hosted-zones shows what there is"
    try:
        with explained(f"read the hosted zone {https.hosted_zone_id}"):
            zone = deployed.aws.client("route53").get_hosted_zone(Id=https.hosted_zone_id)["HostedZone"]
    except OperateError as error:
        if not (
            isinstance(error.__cause__, ClientError) and error_code(error.__cause__) == "NoSuchHostedZone"
        ):
            raise
        return Finding(
            name="domain",
            verdict=Verdict.REFUSED,
            says=f"this account has no hosted zone {https.hosted_zone_id}",
            fix=fix,
        )
    if zone["Name"] != wanted or zone.get("Config", {}).get("PrivateZone"):
        kind = "private zone" if zone.get("Config", {}).get("PrivateZone") else "zone"
        return Finding(
            name="domain",
            verdict=Verdict.REFUSED,
            says=f"{https.hosted_zone_id} is the {kind} {zone['Name']}, and not the public zone {wanted}",
            fix=fix,
        )
    return Finding(name="domain", verdict=Verdict.OK, says=f"{https.domain_name} in {wanted}")


def _is_carried(deployed: Deployed, name: str) -> bool:
    if not read_state(deployed.aws, f"{deployed.environment.name}-{name}").deployed:
        return False
    return read(deployed.aws, deployed.service(name)).base is not None


@dataclass(frozen=True, kw_only=True)
class _InRepository:
    """As much of a service as `find` looks at, before there is a stack to read the rest from."""

    repository: str


def _missing(
    deployed: Deployed, service: ServiceSettings | JobSettings, image: RegistryImage
) -> MissingImage | None:
    environment, aws = deployed.environment.name, deployed.aws
    repository = f"{environment}/{service.name}"
    version = image.digest or image.tag or ""
    named = f"{repository}{'@' if image.digest else ':'}{version}"
    place = cast("ServiceOutputs", _InRepository(repository=repository))
    try:
        found = find(aws, place, version)
    except OperateError as error:
        if not error.problem.startswith(("There is no image", "There is no repository")):
            raise
        return MissingImage(
            service=service.name,
            says=f"{service.name} is to run {named}, and there is no such image in {aws.region}",
            push=_push(deployed, service, version),
            repository_exists=error.problem.startswith("There is no image"),
        )
    return _other_processor(deployed, service, found, version)


def _other_processor(
    deployed: Deployed, service: ServiceSettings | JobSettings, found: Image, version: str
) -> MissingImage | None:
    if not found.architectures or service.architecture in found.architectures:
        return None
    return MissingImage(
        service=service.name,
        says=f"{service.name} runs on {service.architecture}, and {found} is built for "
        f"{', '.join(sorted(found.architectures))}",
        push=f"change `architecture`, or push one under another tag:\n{_push(deployed, service, version)}",
        repository_exists=True,
    )


def _push(deployed: Deployed, service: ServiceSettings | JobSettings, version: str) -> str:
    """https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html."""
    environment, aws = deployed.environment.name, deployed.aws
    suffix = "amazonaws.com.cn" if aws.region.startswith("cn-") else "amazonaws.com"
    registry = f"{aws.account}.dkr.ecr.{aws.region}.{suffix}"
    place = f"{registry}/{environment}/{service.name}"
    tag = "TAG" if version.startswith("sha256:") else version
    lines = [
        "build and push it,",
        f"  aws ecr get-login-password --region {aws.region} | docker login --username AWS --password-stdin "
        f"{registry}",
        f"  docker build --platform {_PLATFORMS[service.architecture]} --tag {place}:{tag} DIRECTORY",
        f"  docker push {place}:{tag}",
        "or copy one that is public, without Docker,",
        f"  make copy-image SOURCE=... ENV={environment} SERVICE={service.name} ARGS='--tag {tag}'",
    ]
    if version.startswith("sha256:"):
        lines.append("and name the digest that comes out in the environment file")
    return "\n".join(lines)


def refuse(findings: Sequence[Finding], say: Callable[[str], None]) -> None:
    """Say the warnings, and stop where something is refused.

    Args:
        findings: What was found.
        say: Writes a line.

    Raises:
        OperateError: With every refusal at once.
    """
    for each in findings:
        if each.verdict is Verdict.WARNING:
            say(f"check {each.name}: {each.says}{f' ({each.fix})' if each.fix else ''}")
    refused = [each for each in findings if each.verdict is Verdict.REFUSED]
    if refused:
        raise OperateError(
            "\n".join(f"{each.name}: {each.says}.\n  Fix: {each.fix}" for each in refused)
            + "\nNothing was changed."
        )
