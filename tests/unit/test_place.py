import aws_cdk as cdk
from constructs import Construct

from ecs_platform.place import place_of


def test_arns_are_those_of_the_stack(stack: cdk.Stack) -> None:
    inside = Construct(Construct(stack, "Outer"), "Inner")
    arn = place_of(inside).arn("ecs", "service/a/b")
    expected = stack.format_arn(service="ecs", resource="service", resource_name="a/b")
    assert stack.resolve(arn) == stack.resolve(expected)


def test_each_stack_has_its_own(app: cdk.App, stack: cdk.Stack) -> None:
    elsewhere = cdk.Stack(app, "elsewhere", env=cdk.Environment(account="444455556666", region="us-east-1"))
    assert (place_of(stack).region, place_of(stack).account) == ("eu-central-1", "111122223333")
    assert (place_of(elsewhere).region, place_of(elsewhere).account) == ("us-east-1", "444455556666")
