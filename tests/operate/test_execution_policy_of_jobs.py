"""What deployments of an environment with jobs may do: schedules and queues of the environment alone."""

from collections.abc import Callable, Mapping

import pytest

from environments.model import Environment
from operate.deploying.execution_policy import Bounds, boundary, execution_policies, unknown
from tests.operate.iam import allows
from tests.stacks.jobs import REPORT, SEED, with_jobs
from tests.synthesis import synthesize

ACCOUNT = "222222222222"


@pytest.fixture(scope="module")
def may(environments: Mapping[str, Environment]) -> Callable[..., bool]:
    """With the policies that are made for production with two jobs."""
    production = environments["production"]
    templates = synthesize(with_jobs(production, REPORT, SEED))
    types = {
        "AWS::CloudFormation::CustomResource" if each["Type"].startswith("Custom::") else each["Type"]
        for template in templates.values()
        for each in template["Resources"].values()
    }
    assert unknown(types) == []
    bounds = Bounds(environment=production, account=ACCOUNT, others=["dev", "staging"])
    policies = list(execution_policies(types, bounds).values())
    bound = boundary(bounds)
    return lambda action, resource="*", **context: allows(policies, bound, action, resource, **context)


def test_schedules_of_the_environment_alone(may: Callable[..., bool]) -> None:
    scheduler = f"arn:aws:scheduler:eu-central-1:{ACCOUNT}"
    # The group's name is the stack's own; CloudFormation ends that of the schedule.
    assert may("scheduler:CreateScheduleGroup", f"{scheduler}:schedule-group/production-report-nightly")
    assert may(
        "scheduler:CreateSchedule", f"{scheduler}:schedule/production-report-nightly/production-report-1"
    )
    assert may(
        "scheduler:DeleteSchedule", f"{scheduler}:schedule/production-report-nightly/production-report-1"
    )
    assert not may("scheduler:CreateScheduleGroup", f"{scheduler}:schedule-group/staging-report-nightly")
    assert not may("scheduler:UpdateSchedule", f"{scheduler}:schedule/staging-report-nightly/x")
    assert not may("scheduler:UpdateSchedule", f"{scheduler}:schedule/default/x")


def test_queues_of_the_environment_alone(may: Callable[..., bool]) -> None:
    queue = f"arn:aws:sqs:eu-central-1:{ACCOUNT}"
    assert may("sqs:CreateQueue", f"{queue}:production-report-nightlyDeadLetters-1")
    assert not may("sqs:DeleteQueue", f"{queue}:staging-report-nightlyDeadLetters-1")
    # Messages are nobody's business who deploys.
    assert not may("sqs:ReceiveMessage", f"{queue}:production-report-nightlyDeadLetters-1")


def test_roles_are_handed_to_the_scheduler(may: Callable[..., bool]) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/production-report-nightlyRole-1"
    assert may("iam:PassRole", role, iam__PassedToService="scheduler.amazonaws.com")
    assert not may("iam:PassRole", role, iam__PassedToService="events.amazonaws.com")
