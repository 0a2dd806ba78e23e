"""docs/capacity.md speaks of what there is."""

import re
from dataclasses import fields

from ecs_platform.capacity.agent import AgentConfig, InstanceLogDriver
from ecs_platform.capacity.query import flaw_of
from tests.synthesis import ROOT

PAGE = (ROOT / "docs" / "capacity.md").read_text()


def test_every_option_of_the_agent_is_in_the_table_with_its_variable() -> None:
    table = PAGE.partition("### ecs.config")[2].partition("### Who can take")[0]
    named = set(re.findall(r"`(\w+)`", table))
    assert {field.name for field in fields(AgentConfig)} <= named
    everything = AgentConfig(log_drivers=[InstanceLogDriver.SPLUNK], instance_attributes={"a": "b"})
    missing = {variable for variable in everything.settings if variable not in table}
    assert not missing


def test_every_query_it_shows_is_one() -> None:
    shown = re.findall(r'MemberOf\("([^"]+)"\)', PAGE) + re.findall(r"--filter '([^']+)'", PAGE)
    assert len(shown) >= 5
    assert [query for query in shown if flaw_of(query)] == []
