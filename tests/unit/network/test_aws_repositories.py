"""AWS's own repositories: where they are, and what lets isolated tasks pull from them, and not more."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.network import Nat, Network
from ecs_platform.network.reach import AwsService
from ecs_platform.place import Place
from ecs_platform.problem import ConfigurationError
from tests.unit.network.plan import endpoints, network

ECR = (AwsService.ECR_API, AwsService.ECR_DKR)
ARN = "arn:aws:ecr:eu-central-1:906394416424:repository/aws-for-fluent-bit"
GUARD_DUTY = "arn:aws:ecr:eu-central-1:*:repository/aws-guardduty-agent-fargate"


def place(region: str, partition: str = "aws") -> Place:
    return Place(partition=partition, region=region, account="111122223333")


def pulled(made: Network) -> dict[str, Any]:
    """What may be pulled from other accounts: tail of the endpoint's service name → resources."""
    found = endpoints(Template.from_stack(cdk.Stack.of(made)))
    return {
        service.value: statement["Resource"]
        for service in ECR
        for statement in found[service.value]["PolicyDocument"]["Statement"]
        if statement["Sid"] == "PullOnly"
    }


@pytest.mark.parametrize(
    ("region", "account"),
    [
        ("eu-central-1", "906394416424"),
        ("us-east-1", "906394416424"),
        ("ap-southeast-2", "906394416424"),
        ("eu-central-2", "269912160255"),
        ("eu-south-1", "960320637246"),
        ("me-central-1", "358001906437"),
    ],
)
def test_the_account_is_that_of_the_region(region: str, account: str) -> None:
    arn = AwsRepository.FLUENT_BIT.arn(place(region))
    assert arn == f"arn:aws:ecr:{region}:{account}:repository/aws-for-fluent-bit"


def test_other_partitions_have_their_own() -> None:
    arn = AwsRepository.FLUENT_BIT.arn(place("cn-north-1", "aws-cn"))
    assert arn == "arn:aws-cn:ecr:cn-north-1:128054284489:repository/aws-for-fluent-bit"


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("eu-nowhere-9", "in eu-nowhere-9 is not known here"),
        (cdk.Aws.REGION, "in a region that is only known at deployment is not known here"),
    ],
    ids=["unknown", "token"],  # a token has another name in each worker
)
def test_a_region_that_is_not_known_is_refused(region: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=f"aws-for-fluent-bit {said}.*public registry.*FireLens"):
        AwsRepository.FLUENT_BIT.arn(place(region))


@pytest.mark.parametrize("asked_first", [True, False])
def test_the_endpoints_admit_pulling_from_it_whenever_it_is_asked_for(
    stack: cdk.Stack, asked_first: bool
) -> None:
    made = network(stack)
    asked = [*ECR, AwsRepository.FLUENT_BIT]
    for each in reversed(asked) if asked_first else asked:
        made.reach(each)
    made.reach(AwsRepository.FLUENT_BIT)
    assert pulled(made) == {"ecr.api": [GUARD_DUTY, ARN], "ecr.dkr": [GUARD_DUTY, ARN]}


def test_nobody_pulls_from_it_where_nobody_asked(stack: cdk.Stack) -> None:
    made = network(stack)
    made.reach(*ECR)
    assert pulled(made) == {"ecr.api": [GUARD_DUTY], "ecr.dkr": [GUARD_DUTY]}


def test_asking_makes_no_endpoint_of_its_own(stack: cdk.Stack) -> None:
    network(stack, nat=Nat.ONE).reach(AwsRepository.FLUENT_BIT)
    assert set(endpoints(Template.from_stack(stack))) == {"s3"}
