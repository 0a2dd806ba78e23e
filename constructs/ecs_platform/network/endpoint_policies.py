"""What the policies of the VPC endpoints admit.

An endpoint policy grants nothing; it bounds what IAM grants, for whatever runs in the VPC. Ours keep out
credentials of other accounts everywhere, and keep data in this account at S3 and ECR, where knowing a name
is enough to reach a stranger's store: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from ecs_platform.network.reach import AwsService

_PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


class EndpointPolicies:
    """The statements of each service's endpoint policy.

    Args:
        stack: The stack of the network; its account is the one admitted.
        other_repositories: ARNs of ECR repositories of other accounts that may be pulled from.
        other_buckets: Names of S3 buckets of other accounts that may be used.
    """

    def __init__(
        self, stack: cdk.Stack, *, other_repositories: Sequence[str], other_buckets: Sequence[str]
    ) -> None:
        self._account = stack.account
        self._region = stack.region
        self._partition = stack.partition
        self._other_repositories = other_repositories
        self._other_buckets = other_buckets
        self._ours_alone = {"aws:PrincipalAccount": self._account}

    def of(self, service: AwsService) -> Sequence[iam.PolicyStatement]:
        """The statements for one endpoint; none where AWS takes no policy."""
        if not service.takes_policy:
            return ()
        if service is AwsService.S3:
            return self._s3
        if service in (AwsService.ECR_API, AwsService.ECR_DKR):
            return self._ecr
        return self._other

    @cached_property
    def _other(self) -> Sequence[iam.PolicyStatement]:
        return [_allow("OurPrincipals", ["*"], ["*"], self._ours_alone)]

    @cached_property
    def _s3(self) -> Sequence[iam.PolicyStatement]:
        ours = {**self._ours_alone, "aws:ResourceAccount": self._account}
        layers = f"arn:{self._partition}:s3:::prod-{self._region}-starport-layer-bucket/*"
        statements = [
            _allow("OurPrincipalsOurBuckets", ["s3:*"], ["*"], ours),
            # No principal condition: ECR hands out URLs that ECR itself has signed.
            # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
            _allow("ImageLayers", ["s3:GetObject"], [layers], {}),
        ]
        if self._other_buckets:
            arns = [f"arn:{self._partition}:s3:::{name}" for name in self._other_buckets]
            objects = [f"{arn}/*" for arn in arns]
            statements.append(_allow("OtherBuckets", ["s3:*"], [*arns, *objects], self._ours_alone))
            # Others hand out URLs as well: signed by them, or public and signed by nobody.
            statements.append(_allow("OtherDownloads", ["s3:GetObject"], objects, {}))
        return statements

    @cached_property
    def _ecr(self) -> Sequence[iam.PolicyStatement]:
        in_region = f"arn:{self._partition}:ecr:{self._region}"
        our_repositories = f"{in_region}:{self._account}:repository/*"
        # GuardDuty adds its agent to Fargate tasks when Runtime Monitoring is switched on for the account or
        # the organization, which no template sees; the repository's account differs by region.
        # https://docs.aws.amazon.com/guardduty/latest/ug/ecs-runtime-agent-ecr-image-uri.html
        guard_duty = f"{in_region}:*:repository/aws-guardduty-agent-fargate"
        return [
            _allow("Tokens", ["ecr:GetAuthorizationToken"], ["*"], self._ours_alone),
            _allow("OurRepositories", ["ecr:*"], [our_repositories], self._ours_alone),
            _allow("PullOnly", _PULL, [guard_duty, *self._other_repositories], self._ours_alone),
        ]


def _allow(
    sid: str, actions: Sequence[str], resources: Sequence[str], equals: Mapping[str, str]
) -> iam.PolicyStatement:
    return iam.PolicyStatement.from_json(
        {
            "Sid": sid,
            "Effect": "Allow",
            # A gateway endpoint takes "*" and not {"AWS": "*"}; the condition says who is meant.
            "Principal": "*",
            "Action": actions,
            "Resource": resources,
            "Condition": {"StringEquals": equals} if equals else {},
        }
    )
