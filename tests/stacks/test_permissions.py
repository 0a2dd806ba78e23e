"""From a type of resource to ARNs and conditions: exactly one environment, in its account and region."""

from typing import Any

import pytest

from ecs_platform.place import Place
from operate.actions import ACTIONS, Action, On
from stacks.permissions import permissions

# Of the account's stack; an environment has a region of its own.
PLACE = Place(partition="aws", region="us-east-1", account="222222222222")
AT = "eu-central-1:222222222222"
CLUSTER = {"ArnEquals": {"ecs:cluster": f"arn:aws:ecs:{AT}:cluster/prod"}}

REACHED: dict[On, tuple[str, dict[str, Any] | None]] = {
    On.ALARM: (f"arn:aws:cloudwatch:{AT}:alarm:prod-*", None),
    On.ANYTHING: ("*", None),
    On.ANYTHING_IN_CLUSTER: ("*", CLUSTER),
    On.APPLICATION: (f"arn:aws:codedeploy:{AT}:application:prod-*", None),
    On.BOOTSTRAP_VERSION: (f"arn:aws:ssm:{AT}:parameter/cdk-bootstrap/own/version", None),
    On.CLUSTER: (f"arn:aws:ecs:{AT}:cluster/prod", None),
    On.DEPLOYMENT_CONFIGURATION: (f"arn:aws:codedeploy:{AT}:deploymentconfig:*", None),
    On.DEPLOYMENT_GROUP: (f"arn:aws:codedeploy:{AT}:deploymentgroup:prod-*/*", None),
    On.FARGATE_QUOTA: (f"arn:aws:servicequotas:{AT}:fargate/*", None),
    On.HOSTED_ZONE: ("arn:aws:route53:::hostedzone/*", None),
    On.LISTENER_RULE: (
        f"arn:aws:elasticloadbalancing:{AT}:listener-rule/app/*",
        {"StringLike": {"aws:ResourceTag/ecs-platform:stack": f"arn:aws:cloudformation:{AT}:stack/prod-*/*"}},
    ),
    On.LOG_GROUP: (f"arn:aws:logs:{AT}:log-group:/ecs/prod/*", None),
    On.LOG_STREAM: (f"arn:aws:logs:{AT}:log-group:/ecs/prod/*:log-stream:*", None),
    On.REPOSITORY: (f"arn:aws:ecr:{AT}:repository/prod/*", None),
    On.SERVICE: (f"arn:aws:ecs:{AT}:service/prod/*", None),
    On.SERVICE_DEPLOYMENT: (f"arn:aws:ecs:{AT}:service-deployment/prod/*", None),
    On.SERVICE_LINKED_ROLE: ("arn:aws:iam::222222222222:role/aws-service-role/*", None),
    On.SERVICE_REVISION: (f"arn:aws:ecs:{AT}:service-revision/prod/*", None),
    On.STACK: (f"arn:aws:cloudformation:{AT}:stack/prod-*/*", None),
    On.TASK: (f"arn:aws:ecs:{AT}:task/prod/*", None),
    On.TASK_DEFINITION: (f"arn:aws:ecs:{AT}:task-definition/prod-*:*", None),
    On.TASK_DEFINITION_IN_CLUSTER: (f"arn:aws:ecs:{AT}:task-definition/prod-*:*", CLUSTER),
    On.TASK_ROLE: (
        "arn:aws:iam::222222222222:role/prod-*",
        {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    ),
    On.TASK_ROLE_ASKED: ("arn:aws:iam::222222222222:role/prod-*", None),
}


@pytest.fixture(scope="module")
def prod(environments):
    """A shipped environment, but for all that is read of it: forks change that."""
    changes = {"name": "prod", "region": "eu-central-1", "bootstrap_qualifier": "own"}
    return next(iter(environments.values())).model_copy(update=changes)


@pytest.mark.parametrize("on", On, ids=lambda on: on.name)
def test_each_type_reaches_one_environment(on: On, prod) -> None:
    because = "The action takes no resource, says the Service Authorization Reference."
    action = Action(
        name="service:Action",
        commands=frozenset(),
        on=[on],
        because=because if on.type_ == "*" else None,
    )
    (permission,) = permissions([action], prod, PLACE)
    resource, conditions = REACHED[on]
    assert permission.resources == [resource]
    assert (permission.conditions or None) == conditions


def test_the_standard_bootstrap_where_there_is_none_of_its_own(prod) -> None:
    (version,) = [action for action in ACTIONS if action.on == (On.BOOTSTRAP_VERSION,)]
    (permission,) = permissions([version], prod.model_copy(update={"bootstrap_qualifier": None}), PLACE)
    assert permission.resources == [f"arn:aws:ssm:{AT}:parameter/cdk-bootstrap/hnb659fds/version"]


def test_actions_on_the_same_are_one_permission(prod) -> None:
    found = permissions(ACTIONS, prod, PLACE)
    keys = [(tuple(each.resources), each.because) for each in found]
    assert len(set(keys)) <= len(found) < len(ACTIONS)
    assert sorted(name for each in found for name in each.actions) == sorted(each.name for each in ACTIONS)


def test_a_condition_never_meets_a_resource_that_has_none() -> None:
    """Conditions hold for a whole statement; an action on several types must not borrow one's."""
    for action in ACTIONS:
        if len(action.on) > 1:
            assert [REACHED[on][1] for on in action.on] == [None] * len(action.on)
