"""docs/network.md speaks of what there is."""

import re

import aws_cdk as cdk
import pytest

from ecs_platform.network.network import Nat
from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError
from tests.synthesis import ROOT
from tests.unit.network.test_existing import existing

PAGE = (ROOT / "docs" / "network.md").read_text()


def test_every_way_out_has_its_row() -> None:
    table = PAGE.partition("## The way out")[2].partition("\n## ")[0]
    assert re.findall(r'^\| `"(\w+)"`', table, re.MULTILINE) == [nat.value for nat in Nat]


def test_what_is_asked_for_are_services_and_every_task_asks_for_its_own() -> None:
    table = PAGE.partition("## Endpoints")[2].partition("Without NAT")[0]
    rows = dict(re.findall(r"^\| ([a-zA-Z0-9', ]+) \| (.+) \|$", table, re.MULTILINE))
    asked = {name for row in rows.values() for name in re.findall(r"`([a-z0-9.-]+)`", row)}
    assert asked <= {service.value for service in AwsService}
    assert {*re.findall(r"`([a-z0-9.]+)`", rows["every task"]), "s3"} == {each.value for each in EVERY_TASK}


def test_the_refusal_that_it_shows_is_one(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refused:
        existing(stack, endpoints=EVERY_TASK).reach(*EVERY_TASK, AwsService.SSM_MESSAGES)
    assert refused.value.problem in PAGE
