"""What the policies of the VPC endpoints admit.

An endpoint policy grants nothing; it bounds what IAM grants, for whatever runs in the VPC. Ours keep out
credentials of other accounts everywhere, and keep data in this account at S3 and ECR, where knowing a name
is enough to reach a stranger's store: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk

from ecs_platform.mistakes import Mistake, not_a_list, refuse
from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.reach import AwsService
from ecs_platform.place import Place

Statement = Mapping[str, Any]

# With IAM's wildcards, but for the account: every account's would be no limit at all.
_REPOSITORIES = re.compile(r"arn:aws[a-z-]*:ecr:[a-z0-9*?-]+:[0-9]{12}:repository/[a-z0-9._/*?-]+")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.*?-]{1,61}[a-z0-9*?]")
_PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


class EndpointPolicies:
    """The endpoint policy of each service.

    Args:
        place: Where the network is; its account is the one admitted.
        other_repositories: ARNs of ECR repositories of other accounts that may be pulled from.
        other_buckets: Names of S3 buckets of other accounts that may be used.
    """

    def __init__(
        self, place: Place, *, other_repositories: Sequence[str], other_buckets: Sequence[str]
    ) -> None:
        self._place = place
        self._other_repositories = list(other_repositories)
        self._other_buckets = other_buckets
        self._ours_alone = {"aws:PrincipalAccount": place.account}

    def admit(self, repository: AwsRepository) -> None:
        """Admit pulling from a repository of AWS's own; policies made from now on say so."""
        arn = repository.arn(self._place)
        if arn not in self._other_repositories:
            self._other_repositories.append(arn)

    def of(self, service: AwsService) -> Mapping[str, Any] | None:
        """The policy document of one endpoint; none where AWS takes no policy."""
        if not service.takes_policy:
            return None
        if service is AwsService.S3:
            statements = self._s3()
        elif service in (AwsService.ECR_API, AwsService.ECR_DKR):
            statements = self._ecr()
        else:
            statements = [_allow("OurPrincipals", "*", "*", self._ours_alone)]
        return {"Version": "2012-10-17", "Statement": statements}

    def _s3(self) -> Sequence[Statement]:
        partition, region = self._place.partition, self._place.region
        ours = {**self._ours_alone, "aws:ResourceAccount": self._place.account}
        layers = f"arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*"
        statements = [
            _allow("OurPrincipalsOurBuckets", "s3:*", "*", ours),
            # No principal condition: ECR hands out URLs that ECR itself has signed.
            # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
            _allow("ImageLayers", "s3:GetObject", layers, {}),
        ]
        if self._other_buckets:
            arns = [f"arn:{partition}:s3:::{name}" for name in self._other_buckets]
            objects = [f"{arn}/*" for arn in arns]
            statements.append(_allow("OtherBuckets", "s3:*", [*arns, *objects], self._ours_alone))
            # Others hand out URLs as well: signed by them, or public and signed by nobody.
            statements.append(_allow("OtherDownloads", "s3:GetObject", objects, {}))
        return statements

    def _ecr(self) -> Sequence[Statement]:
        # GuardDuty adds its agent to Fargate tasks when Runtime Monitoring is switched on for the account or
        # the organization, which no template sees; the repository's account differs by region.
        # https://docs.aws.amazon.com/guardduty/latest/ug/ecs-runtime-agent-ecr-image-uri.html
        guard_duty = (
            f"arn:{self._place.partition}:ecr:{self._place.region}:*:repository/aws-guardduty-agent-fargate"
        )
        return [
            _allow("Tokens", "ecr:GetAuthorizationToken", "*", self._ours_alone),
            _allow("OurRepositories", "ecr:*", self._place.arn("ecr", "repository/*"), self._ours_alone),
            _allow("PullOnly", _PULL, [guard_duty, *self._other_repositories], self._ours_alone),
        ]


def check_others(*, other_repositories: Sequence[str], other_buckets: Sequence[str]) -> None:
    """Refuse what a policy would hold and nothing would ever match; all of it at once.

    Args:
        other_repositories: What should be ARNs of ECR repositories.
        other_buckets: What should be names of S3 buckets.

    Raises:
        ConfigurationError: It is something else.
    """
    refuse(
        [
            *not_a_list(other_repositories, where="the `other_repositories` of the Network."),
            *not_a_list(other_buckets, where="the `other_buckets` of the Network."),
        ]
    )
    refuse(
        [
            Mistake(
                problem=f'"{each}" is no {what}.', allowed=allowed, where=f"the `{field}` of the Network."
            )
            for field, given, form, what, allowed in (
                (
                    "other_repositories",
                    other_repositories,
                    _REPOSITORIES,
                    "ARN of repositories",
                    "such as arn:aws:ecr:eu-central-1:444455556666:repository/*.",
                ),
                (
                    "other_buckets",
                    other_buckets,
                    _BUCKET,
                    "name of a bucket",
                    "3 to 63 lower-case letters, digits, dots and hyphens, * and ? for more than one bucket; "
                    "the name and not its ARN.",
                ),
            )
            for each in given
            if not form.fullmatch(each) and not cdk.Token.is_unresolved(each)
        ]
    )


def _allow(
    sid: str, actions: str | Sequence[str], resources: str | Sequence[str], equals: Mapping[str, str]
) -> Statement:
    statement: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        # A gateway endpoint takes "*" and not {"AWS": "*"}; the condition says who is meant.
        "Principal": "*",
        "Action": actions,
        "Resource": resources,
    }
    return {**statement, "Condition": {"StringEquals": equals}} if equals else statement
