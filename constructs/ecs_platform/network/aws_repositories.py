"""Images that AWS publishes in ECR repositories of its own, where isolated tasks can pull them."""

from enum import Enum

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from constructs import Construct

from ecs_platform.place import Place, place_of
from ecs_platform.problem import ConfigurationError

# One account holds the repository in most regions; a region that has to be opted in to has its own. AWS
# publishes the addresses as parameters, one region at a time, and the accounts where the image is released:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-using-fluentbit.html and
# https://github.com/aws/aws-for-fluent-bit/blob/mainline/scripts/publish.sh
_FLUENT_BIT_ACCOUNTS = {
    "906394416424": (
        "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-north-1 eu-west-1 "
        "eu-west-2 eu-west-3 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 "
        "ap-southeast-2"
    ),
    "928143927712": "af-south-1",
    "449074385750": "ap-east-1",
    "378905956269": "ap-south-2",
    "921575906885": "ap-southeast-3",
    "577945010369": "ap-southeast-4",
    "269912160255": "eu-central-2",
    "960320637246": "eu-south-1",
    "146576467002": "eu-south-2",
    "279248816148": "il-central-1",
    "358001906437": "me-central-1",
    "741863432321": "me-south-1",
    "128054284489": "cn-north-1 cn-northwest-1",
    "161423150738": "us-gov-east-1 us-gov-west-1",
}
_ACCOUNT_OF = {
    region: account for account, regions in _FLUENT_BIT_ACCOUNTS.items() for region in regions.split()
}


class AwsRepository(Enum):
    """A repository of AWS's own that a workload may ask a network for; the value is its name."""

    FLUENT_BIT = "aws-for-fluent-bit"

    def arn(self, place: Place) -> str:
        """The repository's ARN in a region.

        Args:
            place: Where the tasks run.

        Raises:
            ConfigurationError: Which account holds it there is not known.
        """
        account = _ACCOUNT_OF.get(place.region)
        if account is None:
            unknown = cdk.Token.is_unresolved(place.region)
            where = "a region that is only known at deployment" if unknown else place.region
            raise ConfigurationError(
                f"The account that holds {self.value} in {where} is not known here.",
                allowed=(
                    f"a stack in one of {', '.join(sorted(_ACCOUNT_OF))}; elsewhere the image of the public "
                    "registry, or a copy in your own repository."
                ),
                where="the region of the stack, or FireLens(image=...).",
            )
        return f"arn:{place.partition}:ecr:{place.region}:{account}:repository/{self.value}"

    def repository(self, scope: Construct, id_: str) -> ecr.IRepository:
        """The repository in the region of a stack, as what pulls from it takes it.

        Args:
            scope: A construct of the stack.
            id_: The repository's id in it.

        Raises:
            ConfigurationError: Which account holds it there is not known.
        """
        return ecr.Repository.from_repository_attributes(
            scope, id_, repository_name=self.value, repository_arn=self.arn(place_of(scope))
        )
