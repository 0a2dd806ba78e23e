"""The processor a task runs on."""

from enum import StrEnum


class Architecture(StrEnum):
    """The processor architecture of a Fargate task and of the image it runs.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html
    """

    ARM64 = "ARM64"
    X86_64 = "X86_64"
