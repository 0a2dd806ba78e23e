"""The processor a task runs on."""

from enum import StrEnum


class Architecture(StrEnum):
    """The processor architecture of a task and of the images it runs, on Linux.

    Windows is not offered: it has no users by number, no read-only root, no capabilities, no init process and
    no ARM64, so of what makes a container closed here nothing would be left.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html
    """

    ARM64 = "ARM64"
    X86_64 = "X86_64"
