"""Revisions of a task definition: the configured one, and those derived from it with another image."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from operate.aws import Aws, explained
from operate.problem import OperateError
from operate.reading.image import Image, Reference, of_container
from operate.words import revision_name
from operate.workload import Workload

BASE_TAG = "release:base"
"""The tag of a derived revision that names the configured revision it was made from, `family:number`."""
IMAGE_TAG = "release:image"
"""The tag of a derived revision that names its image: the tag it was asked for by, if any, and the digest."""

# A derived revision is younger than its base; further back than this nobody looks for one to use again.
_LOOKED_AT = 30


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A revision of a task definition.

    Args:
        arn: Its ARN.
        status: ACTIVE; INACTIVE once it is deregistered.
        image: What the container behind the load balancer runs.
        base: The configured revision it was derived from, `family:number`. None where CloudFormation made it.
        definition: As DescribeTaskDefinition answers.
        tags: Its tags.
    """

    arn: str
    status: str
    image: Reference
    base: str | None
    definition: Mapping[str, Any]
    tags: Mapping[str, str]

    @property
    def name(self) -> str:
        """`family:number`."""
        return revision_name(self.arn)


def read_revision(aws: Aws, service: Workload, arn: str) -> Revision:
    """A revision with its tags.

    Args:
        aws: The way to the environment's account.
        service: Whose container to look at.
        arn: The revision's ARN, or `family:number`.

    Raises:
        OperateError: There is no such revision.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
    """
    try:
        with explained(f"read the revision {revision_name(arn)}"):
            answer = aws.client("ecs").describe_task_definition(taskDefinition=arn, include=["TAGS"])
    except OperateError as error:
        if isinstance(error.__cause__, ClientError) and "Unable to describe" in str(error.__cause__):
            raise OperateError(
                f"The revision {revision_name(arn)} does not exist any more.",
                cause="it was deleted by hand: releases and deployments of this project retain revisions.",
                next_step=f"make deploy ENV={aws.environment.name} registers a new one after any change.",
            ) from error
        raise
    definition: dict[str, Any] = answer["taskDefinition"]
    tags = {each["key"]: each["value"] for each in answer.get("tags") or []}
    return Revision(
        arn=definition["taskDefinitionArn"],
        status=definition.get("status", "ACTIVE"),
        image=of_container(definition, service.container),
        base=tags.get(BASE_TAG),
        definition=definition,
        tags=tags,
    )


def find_derived(aws: Aws, service: Workload, base: Revision, image: Image) -> Revision | None:
    """The revision that `derive` registered before, if it is ACTIVE and still the same.

    Args:
        aws: The way to the environment's account.
        service: Whose container gets the image.
        base: The configured revision.
        image: The image.
    """
    wanted = _request(aws, service, base, image)
    for arn in _younger(aws, base):
        found = read_revision(aws, service, arn)
        # Whoever changed a copy by hand made another revision; the tags alone do not tell.
        if found.base == base.name and _comparable(aws, found.definition) == _comparable(aws, wanted):
            return found
    return None


def derive(aws: Aws, service: Workload, base: Revision, image: Image) -> Revision:
    """Register a copy of the configured revision with another image, or use the one that is there.

    Args:
        aws: The way to the environment's account.
        service: Whose container gets the image.
        base: The configured revision.
        image: The image; the copy names it by digest.

    Raises:
        OperateError: ECS refused.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    """
    found = find_derived(aws, service, base, image)
    if found is not None:
        return found
    with explained(f"register a revision of {base.name} with the image {image}"):
        made = aws.client("ecs").register_task_definition(
            **_request(aws, service, base, image), tags=_tags(base, image)
        )["taskDefinition"]
    return read_revision(aws, service, made["taskDefinitionArn"])


def _request(aws: Aws, service: Workload, base: Revision, image: Image) -> dict[str, Any]:
    """What RegisterTaskDefinition takes of a revision, with the image in place."""
    request = _registrable(aws, base.definition)
    request["containerDefinitions"] = [
        {**each, "image": image.uri} if each["name"] == service.container else each
        for each in request["containerDefinitions"]
    ]
    return request


def _registrable(aws: Aws, definition: Mapping[str, Any]) -> dict[str, Any]:
    # What ECS takes, and not a list of our own: a field that AWS adds tomorrow must not get lost in a copy.
    model = aws.client("ecs").meta.service_model.operation_model("RegisterTaskDefinition")
    return {
        key: value
        for key, value in definition.items()
        if key in model.input_shape.members and key != "tags" and value not in (None, [], {})
    }


def _comparable(aws: Aws, definition: Mapping[str, Any]) -> Any:
    """The same in one order: ECS keeps environment variables and the like in none."""
    return _ordered(_registrable(aws, definition))


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        inner = [_ordered(each) for each in value]
        named = all(isinstance(each, dict) and "name" in each for each in inner)
        return sorted(inner, key=lambda each: each["name"]) if named else inner
    return value


def _tags(base: Revision, image: Image) -> list[dict[str, str]]:
    # CloudFormation's own tags begin with aws: and are refused.
    kept = {key: value for key, value in base.tags.items() if not key.startswith("aws:")}
    named = f"{image.tag}@{image.digest}" if image.tag else image.digest
    tags = {**kept, BASE_TAG: base.name, IMAGE_TAG: named}
    return [{"key": key, "value": value} for key, value in tags.items()]


def _younger(aws: Aws, base: Revision) -> Iterator[str]:
    family, _, number = base.name.rpartition(":")
    with explained(f"list the revisions of {family}"):
        arns = aws.client("ecs").list_task_definitions(
            familyPrefix=family, status="ACTIVE", sort="DESC", maxResults=_LOOKED_AT
        )["taskDefinitionArns"]
    for arn in arns:
        found, _, revision = revision_name(arn).rpartition(":")
        if found == family and int(revision) > int(number):
            yield arn
