"""The versions of Fargate's platform that tasks can still start on."""

from collections.abc import Sequence

from aws_cdk import aws_ecs as ecs

from ecs_platform.mistakes import Mistake

_ALLOWED = "FargatePlatformVersion.VERSION1_4 or LATEST, which today is the same, or None for the latest."


def platform_mistakes(version: ecs.FargatePlatformVersion | None, *, where: str) -> Sequence[Mistake]:
    """A version that ECS starts no tasks on any more.

    Args:
        version: The version. None for whatever is the latest when tasks start.
        where: The argument to change.
    """
    there = (ecs.FargatePlatformVersion.LATEST, ecs.FargatePlatformVersion.VERSION1_4)
    if version is None or version in there:
        return ()
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-linux-fargate.html
    return [
        Mistake(problem=f"{version.name} of Fargate's platform has ended.", allowed=_ALLOWED, where=where)
    ]
