"""Images on their way from one registry to another."""

from collections.abc import Sequence
from dataclasses import replace

from ecs_platform.account.permission import Permission
from ecs_platform.place import Place

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_PUSH = ("ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart")


def reading_images(repositories: str, *, region: str, place: Place) -> Sequence[Permission]:
    """Pulling from some repositories, and nothing else.

    Follows https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-pull.html

    Args:
        repositories: Their names; `*` stands for whatever comes after, as in `dev/*`.
        region: Their region.
        place: Partition and account.
    """
    return _images(_PULL, repositories, replace(place, region=region))


def copying_images(repositories: str, *, region: str, place: Place) -> Sequence[Permission]:
    """Pulling from some repositories and pushing to them.

    Follows https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html

    Args:
        repositories: Their names; `*` stands for whatever comes after, as in `staging/*`.
        region: Their region.
        place: Partition and account.
    """
    return _images((*_PULL, *_PUSH), repositories, replace(place, region=region))


def _images(actions: Sequence[str], repositories: str, there: Place) -> Sequence[Permission]:
    return [
        Permission(
            actions=actions,
            resources=[there.arn("ecr", f"repository/{repositories}")],
            because="Every service of the environment has a repository, and all of them can be copied.",
        ),
        Permission(
            actions=["ecr:GetAuthorizationToken"],
            resources=["*"],
            because="The action takes no resource; the permission before it says what the token is good for.",
        ),
    ]
