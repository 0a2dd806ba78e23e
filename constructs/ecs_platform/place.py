"""Where a stack is deployed: what ARNs begin with."""

from dataclasses import dataclass
from functools import cache

import aws_cdk as cdk
from constructs import Construct


@dataclass(frozen=True, kw_only=True)
class Place:
    """Partition, region and account of a stack, each possibly a token.

    Args:
        partition: Such as `aws`.
        region: The region.
        account: The account.
    """

    partition: str
    region: str
    account: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource here."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


def place_of(scope: Construct) -> Place:
    """The place of the stack that a construct belongs to."""
    return _of_stack(stack_of(scope))


@cache
def stack_of(scope: Construct) -> cdk.Stack:
    """The stack that a construct belongs to."""
    return cdk.Stack.of(scope)


@cache  # each of the three is a call into Node, and several constructs of a stack ask
def _of_stack(stack: cdk.Stack) -> Place:
    return Place(partition=stack.partition, region=stack.region, account=stack.account)
