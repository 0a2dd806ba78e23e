"""The types of single fields: what each accepts, and the sentence it refuses with."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator

from environments.model.value import refused


def matching(pattern: str, *, problem: str, allowed: str, longest: int | None = None) -> AfterValidator:
    """Text of a given form.

    Args:
        pattern: A regular expression for the whole text.
        problem: What is said of text that does not match.
        allowed: What is accepted, in words.
        longest: The most characters. No limit by default.
    """
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if longest is not None and len(text) > longest:
            raise refused(
                f"{len(text)} characters are too many.", allowed=f"{allowed[:-1]}; at most {longest}."
            )
        if not compiled.fullmatch(text):
            raise refused(problem, allowed=allowed)
        return text

    return AfterValidator(check)


def between(lowest: int, highest: int | None = None, *, unit: str = "") -> AfterValidator:
    """A whole number in a range, both ends included; no upper end by default."""
    range_ = f"{lowest:,} or more" if highest is None else f"{lowest:,} to {highest:,}"
    allowed = f"{range_} {unit}".rstrip() + "."

    def check(number: int) -> int:
        if number < lowest or (highest is not None and number > highest):
            raise refused("Outside the range.", allowed=allowed)
        return number

    return AfterValidator(check)


def _name(longest: int) -> AfterValidator:
    # Goes unchanged into stack names, ECR repositories, target groups and host names.
    return matching(
        r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
        problem="Not a name that stacks, repositories and target groups all accept.",
        allowed="lower-case letters, digits and single hyphens, beginning with a letter.",
        longest=longest,
    )


EnvironmentName = Annotated[str, _name(12)]
ServiceName = Annotated[str, _name(20)]
ScheduleName = Annotated[str, _name(20)]

AccountId = Annotated[
    str,
    matching(r"[0-9]{12}", problem="Not an AWS account.", allowed="the 12 digits of an account, as text."),
]
Region = Annotated[
    str,
    matching(
        r"[a-z]{2}(-[a-z]+){1,2}-[0-9]", problem="Not a region.", allowed="a code such as 'eu-central-1'."
    ),
]
ZoneName = Annotated[
    str,
    matching(
        r"[a-z]{2}(-[a-z]+){1,2}-[0-9][a-z]",
        problem="Not an availability zone.",
        allowed="a zone's name such as 'eu-central-1a'.",
    ),
]
TagValue = Annotated[
    str,
    matching(
        r"[\w .:/=+@-]+",
        problem="Not a tag's value.",
        allowed="letters, digits, spaces and _ . : / = + - @, at least one.",
        longest=256,
    ),
]
Reason = Annotated[
    str,
    matching(
        r"(?s)\s*\S.{18,}\S\s*", problem="Not a reason.", allowed="a sentence of 20 characters or more."
    ),
]
DomainName = Annotated[
    str,
    matching(
        r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
        problem="Not a host name.",
        allowed="lower-case labels with dots between them, such as 'shop.example.com'.",
        longest=253,
    ),
]
HostedZoneId = Annotated[
    str,
    matching(
        r"Z[A-Z0-9]{1,31}", problem="Not a hosted zone.", allowed="an id such as 'Z0123456789ABCDEFGHIJ'."
    ),
]
CertificateArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+",
        problem="Not a certificate of AWS Certificate Manager.",
        allowed="an ARN such as 'arn:aws:acm:eu-central-1:111111111111:certificate/...'.",
    ),
]
RequestPath = Annotated[
    str,
    matching(
        r"/[A-Za-z0-9_.$/~\"'@:+&%?=-]*",
        problem="Not a path.",
        allowed="a path that begins with /, such as '/healthz'.",
        longest=1024,
    ),
]
PathPattern = Annotated[
    str,
    matching(
        r"/[A-Za-z0-9_.$/~\"'@:+&*?-]*",
        problem="Not a path pattern of a listener rule.",
        allowed="a path that begins with /, with * and ? as wildcards, such as '/api/*'.",
        longest=128,
    ),
]
HostPattern = Annotated[
    str,
    matching(
        r"[A-Za-z0-9.*?-]+\.[A-Za-z]+",
        problem="Not a host pattern of a listener rule.",
        allowed="a host name with letters alone after the last dot and * or ? as wildcards: '*.example.com'.",
        longest=128,
    ),
]
VariableName = Annotated[
    str,
    matching(
        r"[A-Za-z_][A-Za-z0-9_]*",
        problem="Not the name of an environment variable.",
        allowed="letters, digits and underscores, not beginning with a digit.",
    ),
]
ImageTag = Annotated[
    str,
    matching(
        r"[A-Za-z0-9_][A-Za-z0-9_.-]*",
        problem="Not an image tag.",
        allowed="letters, digits, underscores, dots and hyphens, not beginning with a dot or hyphen.",
        longest=128,
    ),
]
ImageDigest = Annotated[
    str,
    matching(r"sha256:[0-9a-f]{64}", problem="Not an image digest.", allowed="'sha256:' and 64 hex digits."),
]

Percent = Annotated[int, between(1, 100, unit="percent")]
Days = Annotated[int, between(1, 3653, unit="days")]

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]  # fmt: skip
