"""Which revisions count as in use, and services whose stack was left behind."""

from dataclasses import replace
from typing import Any

import pytest

from operate.deploying.assembly import Stack
from operate.deploying.gate import environment as gate
from operate.outputs import Deployed
from operate.reading.live import Live
from operate.reading.stack_state import StackState
from tests.operate.reading import FAMILY, LIVE, NATIVE, SERVICE, TASKS, UNDER_WAY, StubbedAws, task_definition


@pytest.fixture
def in_use(stubbed: StubbedAws, monkeypatch: pytest.MonkeyPatch) -> "InUse":
    return InUse(stubbed, monkeypatch)


class InUse:
    """What the gate takes for in use, given how the service is."""

    def __init__(self, aws: StubbedAws, monkeypatch: pytest.MonkeyPatch) -> None:
        self._aws, self._monkeypatch = aws, monkeypatch

    def __call__(
        self, live=LIVE, *, before: str | None = None, service=SERVICE, stack: str = "UPDATE_COMPLETE"
    ):
        patch = self._monkeypatch.setattr
        patch(gate, "read", lambda *_: live)
        patch(gate, "before_live", lambda *_: before)
        patch(gate, "read_state", lambda _, name: StackState(name=name, status=stack))
        patch(Deployed, "service", lambda *_: service)
        for number in (3, 2, 4, 5):
            self._aws.answers("ecs", "describe_task_definition", task_definition(number))
        found = list(gate._in_use(Deployed(self._aws), "hello"))
        return [each.what for each in found]


def test_the_live_revision_and_the_one_before(in_use: InUse) -> None:
    assert in_use() == ["live"]
    assert in_use(before="dev-hello:2") == ["live", "previous"]
    assert in_use(before="dev-hello:3") == ["live"]


def test_tasks_of_a_deployment_under_way(in_use: InUse) -> None:
    other = replace(TASKS, id="2", status="ACTIVE", revision=f"{FAMILY}:4")
    live = replace(LIVE, task_sets=(TASKS, other), under_way=UNDER_WAY)
    assert in_use(live, before="dev-hello:2") == ["live", "other running", "previous"]


def test_where_nobody_knows_the_last_deployments_tell(in_use: InUse) -> None:
    older = replace(LIVE.deployments[0], revision=f"{FAMILY}:2")
    live = replace(LIVE, deployments=(*LIVE.deployments, older))
    assert in_use(live) == ["live", "previous"]
    assert in_use(live, before="dev-hello:9", service=NATIVE) == ["live", "previous"]


def test_a_service_that_never_stood_needs_nothing(in_use: InUse) -> None:
    assert in_use(stack="ROLLBACK_COMPLETE") == []


def test_what_is_as_it_should_be_is_not_looked_at(stubbed: StubbedAws) -> None:
    template = {"Resources": {}}
    stack = Stack(
        id="network", path="", name="dev-network", template=template, tags={}, bootstrap=6, needs=[]
    )
    same = StackState(name="dev-network", status="CREATE_COMPLETE", template=template)
    absent = StackState(name="dev-network")
    assert gate.examine(Deployed(stubbed), [(stack, same), (stack, absent)]) == []
    assert stubbed.stubbed == set()


@pytest.mark.parametrize(
    ("live", "says"),
    [
        (LIVE, []),
        (replace(LIVE, under_way=UNDER_WAY), ["d-NEW is under way (InProgress)"]),
        (replace(LIVE, revision=f"{FAMILY}:2"), ["dev-hello:2 is live and not the configured revision"]),
    ],
)
def test_ecs_takes_over_only_what_is_settled(
    live: Live, says: list[str], stubbed: StubbedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "read", lambda *_: live)
    monkeypatch.setattr(gate, "_needed", lambda *_: [])
    monkeypatch.setattr(Deployed, "service", lambda *_: SERVICE)

    def under(controller: str) -> dict[str, Any]:
        properties = {"DeploymentController": {"Type": controller}}
        return {"Resources": {"S": {"Type": "AWS::ECS::Service", "Properties": properties}}}

    stack = Stack(
        id="hello", path="", name="dev-hello", template=under("ECS"), tags={}, bootstrap=6, needs=[]
    )
    state = StackState(name="dev-hello", status="UPDATE_COMPLETE", template=under("CODE_DEPLOY"))
    found = gate.examine(Deployed(stubbed), [(stack, state)])
    assert [each.says.partition("; ")[0] for each in found if each.refused] == says
    same = StackState(name="dev-hello", status="UPDATE_COMPLETE", template=under("EXTERNAL"))
    assert not [each for each in gate.examine(Deployed(stubbed), [(stack, same)]) if each.refused]
