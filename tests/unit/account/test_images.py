"""Images on their way: pulled here, pushed there, and from no other repository."""

from ecs_platform.account.images import copying_images, reading_images
from ecs_platform.place import Place

PLACE = Place(partition="aws", region="us-east-1", account="111122223333")


def test_reading_pulls_from_these_repositories_and_writes_nowhere() -> None:
    assert [each.statement for each in reading_images("dev/*", region="eu-central-1", place=PLACE)] == [
        {
            "Effect": "Allow",
            "Action": [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            "Resource": ["arn:aws:ecr:eu-central-1:111122223333:repository/dev/*"],
        },
        {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": ["*"]},
    ]


def test_copying_pushes_besides() -> None:
    repositories, token = copying_images("staging/*", region="eu-central-1", place=PLACE)
    assert repositories.statement == {
        "Effect": "Allow",
        "Action": [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:GetDownloadUrlForLayer",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        "Resource": ["arn:aws:ecr:eu-central-1:111122223333:repository/staging/*"],
    }
    assert token.statement == {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": ["*"]}
