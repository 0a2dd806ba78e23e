"""The processor a task runs on. Without aws_cdk, so that configuration can name it and load in no time."""

from enum import StrEnum


class Architecture(StrEnum):
    """The processor architecture of a Fargate task and of the image it runs.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html
    """

    ARM64 = "ARM64"
    X86_64 = "X86_64"
