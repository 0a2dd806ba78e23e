"""What a revision of a task needs to start and to run: read from its task definition."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from operate.words import revision_name

EGRESS = "the internet"
"""Stands among endpoints for everything that no endpoint reaches."""

CONFIGURED = "configured"
"""What the revision of a job is: its schedules, and people, start that one."""

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/(?P<name>[^:@]+).*"
)


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret that ECS fetches before a task starts.

    Args:
        name: The environment variable or option that gets it.
        arn: The secret or parameter, without JSON field, stage and version.
        action: What the execution role calls.
    """

    name: str
    arn: str
    action: str


@dataclass(frozen=True, kw_only=True)
class InUse:
    """A revision that may start a task any time: when a task dies, when the service scales, on a rollback.

    Args:
        service: The service's or job's name in the environment file.
        what: `live`, `previous` and so on; of a job `CONFIGURED`.
        definition: As DescribeTaskDefinition answers.
        partition: `aws`, as in every ARN.
        account: The account.
        region: The region.
    """

    service: str
    what: str
    definition: Mapping[str, Any]
    partition: str
    account: str
    region: str

    def __str__(self) -> str:
        """As findings name it."""
        name = revision_name(self.definition["taskDefinitionArn"])
        return f"{name}, the {self.what} revision of {self.service},"

    @property
    def until(self) -> str:
        """What has to happen before it starts no task any more."""
        if self.what == CONFIGURED:
            return "a deployment has replaced the revision"
        return "releases have replaced both revisions"

    @property
    def execution_role(self) -> str:
        """Name of the role that starts it. Empty where it has none."""
        return str(self.definition.get("executionRoleArn", "")).rpartition("/")[2]

    @property
    def task_role(self) -> str:
        """Name of the role that the application acts in. Empty where it has none."""
        return str(self.definition.get("taskRoleArn", "")).rpartition("/")[2]

    @cached_property
    def secrets(self) -> tuple[Secret, ...]:
        """What is fetched before it starts, log options and registry credentials included."""
        return tuple(self._secrets())

    @cached_property
    def repositories(self) -> tuple[str, ...]:
        """ARNs of the ECR repositories that its images are pulled from."""
        found = (_ECR.fullmatch(image) for image in self._images())
        return tuple(
            f"arn:{self.partition}:ecr:{each['region']}:{each['account']}:repository/{each['name']}"
            for each in found
            if each
        )

    @cached_property
    def log_groups(self) -> frozenset[str]:
        """The log groups that it writes to by awslogs."""
        return frozenset(
            logs.get("options", {}).get("awslogs-group", "")
            for logs in self._logs()
            if logs.get("logDriver") == "awslogs"
        ) - {""}

    @cached_property
    def reaches(self) -> Mapping[str, str]:
        """The AWS services it calls before it runs, each with the reason."""
        reaches: dict[str, str] = {}
        if any(self._in_region(arn) for arn in self.repositories):
            # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
            reaches |= dict.fromkeys(("ecr.api", "ecr.dkr", "s3"), "pulls its image through it")
        if not all(self._in_region(self._arn(image)) for image in self._images()):
            reaches[EGRESS] = "pulls an image from another registry through it"
        if self.log_groups:
            reaches["logs"] = "writes its logs through it"
        for secret in self.secrets:
            service = secret.arn.split(":")[2]
            reaches[service] = f"gets {secret.name} through it"
        return reaches

    def _images(self) -> Iterator[str]:
        for container in self.definition.get("containerDefinitions", []):
            yield container["image"]

    def _arn(self, image: str) -> str:
        found = _ECR.fullmatch(image)
        return f"arn:{self.partition}:ecr:{found['region']}" if found else ""

    def _in_region(self, arn: str) -> bool:
        return arn.startswith(f"arn:{self.partition}:ecr:{self.region}")

    def _logs(self) -> Iterator[Mapping[str, Any]]:
        for container in self.definition.get("containerDefinitions", []):
            if container.get("logConfiguration"):
                yield container["logConfiguration"]

    def _secrets(self) -> Iterator[Secret]:
        for container in self.definition.get("containerDefinitions", []):
            options = (container.get("logConfiguration") or {}).get("secretOptions") or []
            for each in [*(container.get("secrets") or []), *options]:
                yield self._secret(each["name"], each["valueFrom"])
            credentials = (container.get("repositoryCredentials") or {}).get("credentialsParameter")
            if credentials:
                yield self._secret("registry-credentials", credentials)

    def _secret(self, name: str, value_from: str) -> Secret:
        """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html."""
        parts = value_from.split(":")
        if len(parts) > 2 and parts[2] == "secretsmanager":
            # arn:aws:secretsmanager:region:account:secret:name:json-field:stage:version
            return Secret(name=name, arn=":".join(parts[:7]), action="secretsmanager:GetSecretValue")
        arn = value_from
        if not value_from.startswith("arn:"):
            path = value_from.removeprefix("/")
            arn = f"arn:{self.partition}:ssm:{self.region}:{self.account}:parameter/{path}"
        return Secret(name=name, arn=arn, action="ssm:GetParameters")
