"""What the tasks of services and jobs have in common: secrets, words of commands, and rules."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, Protocol

from pydantic import AfterValidator, Tag

from environments.model.fields import ServiceName, matching
from environments.model.value import BY_CLASS, Refusal, Value, refused

Architecture = Literal["ARM64", "X86_64"]

# The environment's own stacks, and that of its bootstrap; a stack of a service or job is named after it.
_TAKEN = ("network", "registry", "platform", "bootstrap")


def not_taken(name: ServiceName) -> ServiceName:
    """A name that no other stack of the environment has.

    Args:
        name: Of a service or a job.
    """
    if name in _TAKEN:
        raise refused("A stack of the environment has this name.", allowed=f"any but {', '.join(_TAKEN)}.")
    return name


Word = Annotated[
    str, matching(r"(?s).+", problem="An empty word.", allowed="a word of the command, not empty.")
]


# Secrets Manager adds a hyphen and six characters to a name to make the ARN, and ECS wants the whole of it.
_ENDS_LIKE_AN_ARN = re.compile(r".*-[A-Za-z0-9]{6}")


def _whole_arn_or_name(secret_id: str) -> str:
    tail = _ENDS_LIKE_AN_ARN.fullmatch(secret_id) is not None
    if secret_id.startswith("arn:") and not tail:
        raise refused(
            "The ARN lacks its end, a hyphen and six characters.",
            allowed="the full ARN, as Secrets Manager shows it, or the name alone.",
        )
    if tail and not secret_id.startswith("arn:"):
        # https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html
        raise refused(
            "A name that ends in a hyphen and six characters is taken for part of an ARN, and not found.",
            allowed="such a secret by its full ARN.",
        )
    return secret_id


class SecretsManagerSecret(Value):
    """A secret of AWS Secrets Manager as an environment variable.

    Args:
        secret_id: The secret's name, or its full ARN in the environment's region.
        json_field: The field of a JSON secret. The whole secret by default.
    """

    secret_id: Annotated[
        str,
        matching(
            r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+|[A-Za-z0-9/_+=.@-]{1,512}",
            problem="Neither the name nor the ARN of a secret.",
            allowed="a name of letters, digits and / _ + = . @ -, or an ARN.",
        ),
        AfterValidator(_whole_arn_or_name),
    ]
    json_field: (
        Annotated[
            str,
            matching(r"[^:\s]+", problem="Not a field's name.", allowed="a name without colons and blanks."),
        ]
        | None
    ) = None


class SsmParameter(Value):
    """A parameter of Systems Manager Parameter Store as an environment variable.

    Args:
        name: The parameter's name; its path, if it has one, begins with /.
    """

    name: Annotated[
        str,
        matching(
            r"[A-Za-z0-9_.-]+|(/[A-Za-z0-9_.-]+)+",
            problem="Not the name of a parameter.",
            allowed="letters, digits and _ . -, or levels of them with a / before each, such as /shop/key.",
            longest=1011,
        ),
    ]


Secret = Annotated[
    Annotated[SecretsManagerSecret, Tag("SecretsManagerSecret")]
    | Annotated[SsmParameter, Tag("SsmParameter")],
    BY_CLASS,
]


class Task(Protocol):
    """As much of a service or a job as the rules below read."""

    @property
    def cpu(self) -> int:
        """CPU units."""
        ...

    @property
    def memory_mib(self) -> int:
        """Memory in MiB."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """Plain variables."""
        ...

    @property
    def secrets(self) -> Mapping[str, SecretsManagerSecret | SsmParameter]:
        """Secret variables."""
        ...

    @property
    def retired(self) -> Sequence[SecretsManagerSecret | SsmParameter]:
        """Secrets of older revisions."""
        ...


def fargate_size(task: Task) -> Iterator[Refusal]:
    """Fargate offers the size."""
    cpu, memory_mib = task.cpu, task.memory_mib
    # The library owns the pairs. Imported here alone: who only names a field does not load it.
    from ecs_platform.problem import ConfigurationError
    from ecs_platform.task.fargate_size import FargateSize

    try:
        FargateSize(cpu=cpu, memory_mib=memory_mib)
    except ConfigurationError as error:
        field = "cpu" if "cpu" in error.where else "memory_mib"
        yield Refusal(at=(field,), problem=error.problem, allowed=error.allowed)


def plain_or_secret(task: Task) -> Iterator[Refusal]:
    """A variable is plain or secret."""
    for name in task.environment:
        if name in task.secrets:
            yield Refusal(
                at=("environment", name),
                problem="A secret has this name too.",
                allowed="each name in environment or in secrets, not in both.",
            )


def in_use_or_retired(task: Task) -> Iterator[Refusal]:
    """A secret is in use or retired."""
    for position, secret in enumerate(task.retired):
        names = [name for name, used in task.secrets.items() if used == secret]
        if names:
            yield Refusal(
                at=("retired", position),
                problem=f"The container still gets it, as {', '.join(names)}.",
                allowed="each secret in secrets or in retired, not in both.",
            )
