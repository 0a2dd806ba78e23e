"""What a task definition is made for."""

from enum import StrEnum


class Compatibility(StrEnum):
    """Where tasks of a definition can run; ECS checks its parameters against that.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/launch_types.html
    """

    FARGATE = "FARGATE"
    EC2 = "EC2"
    EXTERNAL = "EXTERNAL"
