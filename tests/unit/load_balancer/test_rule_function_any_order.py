"""Deployments, stack updates, rollbacks, repeated, killed and throttled requests in any order.

Whatever happens, every rule has the weights of the last swap, and what is there is what CloudFormation knows.
"""

from dataclasses import dataclass
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ecs_platform.load_balancer.rule_function.swap_safe_rule.request import LOGICAL_ID, ROLE
from tests.unit.load_balancer.fake_elb import error
from tests.unit.load_balancer.rule_clients import Client, Killed
from tests.unit.load_balancer.rule_world import Json, Resource, fake_world, owner_of, owner_tags, succeeded


@dataclass(frozen=True)
class Trouble:
    """What happens at some calls of a request, by their number.

    Args:
        step: Before it, a deployment takes a step to `weights`.
        busy: Throttled.
        end: Lambda ends the function after it, and repeats the request.
    """

    step: int | None
    weights: tuple[int, int]
    busy: frozenset[int]
    end: int | None


@dataclass(frozen=True)
class Change:
    """What another template says of a rule.

    Args:
        up: Whether it has the second of its two priorities.
        path: Its path.
        owner: A tag of its stack; none where there is nobody.
        move: Whether it goes to the other listener.
    """

    up: bool
    path: str
    owner: str
    move: bool


WEIGHTS = st.sampled_from([(100, 0), (0, 100), (90, 10), (10, 90), (50, 50)])
NAMES = st.sampled_from(["First", "Second", "Test"])
CHANGES = st.builds(
    Change, st.booleans(), st.sampled_from(["/a", "/b"]), st.sampled_from(["one", "two", ""]), st.booleans()
)
# No request makes more calls.
CALLS = st.one_of(st.none(), st.integers(0, 40))
TROUBLE = st.builds(Trouble, CALLS, WEIGHTS, st.frozensets(st.integers(0, 40)), CALLS)


class Service(RuleBasedStateMachine):
    """Two production rules and a test rule. The first stays, so that one is there to follow."""

    def __init__(self) -> None:
        super().__init__()
        self.world = fake_world()
        self.resources = {
            "First": Resource(self.world, "First", Priority=10),
            "Second": Resource(self.world, "Second", Priority=20),
            "Test": Resource(self.world, "Test", Priority=10, Role="test", ListenerArn=self.world.test),
        }
        # By role, what the last swap wrote.
        self.live: dict[str, tuple[int, int]] = {"production": (100, 0)}
        self.last: tuple[Resource, Json] | None = None

    @initialize()
    def first_deployment(self) -> None:
        """As a new service starts."""
        self.resources["First"].create()

    @rule(weights=WEIGHTS, role=st.sampled_from(["production", "test", None]))
    def swap(self, weights: tuple[int, int], role: str | None) -> None:
        """A step of a deployment."""
        self.world.swap(*weights, role=role)
        self.live |= {one: weights for one in self.live if role in (None, one)}

    @rule(name=NAMES, trouble=TROUBLE)
    def create(self, name: str, trouble: Trouble) -> None:
        """A rule is added to the template."""
        resource = self.resources[name]
        if not resource.physical_id:
            resource.physical_id = self._deploy(resource, resource.event("Create"), trouble)
            self._follow(name)
            if name == "Test" and trouble.end is not None:
                # Nobody looked again whether production moved meanwhile: so it stays until a deployment.
                self.live["test"] = self.world.weights(resource.physical_id)

    @rule(name=NAMES, change=CHANGES, trouble=TROUBLE)
    def update(self, name: str, change: Change, trouble: Trouble) -> None:
        """A stack update, and the clean-up after it."""
        resource = self.resources[name]
        if resource.physical_id:
            event = resource.update_event(**self._changes(name, change))
            after = self._deploy(resource, event, trouble)
            before, resource.physical_id = resource.physical_id, after
            resource.properties = event["ResourceProperties"]
            self._clean_up(resource, before)

    @rule(name=NAMES, change=CHANGES, trouble=TROUBLE)
    def update_rolled_back(self, name: str, change: Change, trouble: Trouble) -> None:
        """A stack update in which something else fails."""
        resource = self.resources[name]
        if resource.physical_id:
            event = resource.update_event(**self._changes(name, change))
            resource.physical_id = after = self._deploy(resource, event, trouble)
            resource.physical_id = succeeded(resource.send(resource.back(event)))
            self.last = None
            self._clean_up(resource, after)

    @precondition(lambda self: self.last)
    @rule()
    def repeat(self) -> None:
        """Lambda delivers the last request once more."""
        assert self.last
        resource, event = self.last
        assert succeeded(resource.send(event)) == resource.physical_id

    @rule(name=st.sampled_from(["Second", "Test"]), times=st.integers(1, 2))
    def delete(self, name: str, times: int) -> None:
        """A rule is removed from the template."""
        resource = self.resources[name]
        if resource.physical_id:
            event = resource.event("Delete")
            for _ in range(times):
                succeeded(resource.send(event))
            self._forget(name)
            resource.physical_id = ""

    @rule(name=st.sampled_from(["Second", "Test"]), weights=WEIGHTS)
    def deleted_by_hand(self, name: str, weights: tuple[int, int]) -> None:
        """Somebody deletes a rule, a deployment goes on, and the next update brings the rule back."""
        resource = self.resources[name]
        if resource.physical_id:
            self.world.elb.delete_rule(RuleArn=resource.physical_id)
            self._forget(name)
            self.swap(weights, None)
            resource.update()
            self._follow(name)

    @invariant()
    def every_rule_has_the_weights_of_the_last_swap(self) -> None:
        """Nothing else has moved users."""
        for one in self.world.rules():
            assert self.world.weights(one.arn) == self.live[one.tags[ROLE]]

    @invariant()
    def what_is_there_is_what_cloudformation_knows(self) -> None:
        """One rule for each resource, as its properties say."""
        rules = self.world.rules()
        there = {one.tags[LOGICAL_ID]: one for one in rules}
        known = {name: resource for name, resource in self.resources.items() if resource.physical_id}
        assert len(there) == len(rules)
        assert there.keys() == known.keys()
        for name, resource in known.items():
            assert there[name].arn == resource.physical_id
            assert there[name].home == resource.properties["ListenerArn"]
            assert there[name].priority == resource.properties["Priority"]
            assert there[name].conditions == {"path-pattern": resource.properties["Paths"]}
            assert owner_tags(owner_of(there[name])) == resource.properties.get("Tags", [])

    def _deploy(self, resource: Resource, event: Json, trouble: Trouble) -> str:
        """Send a request until it succeeds; the physical id."""
        told = self._send(resource, event, trouble)
        if told["Status"] == "FAILED":
            # CloudFormation rolls back, and somebody deploys again.
            assert "Lambda was stopped. Deploy again." in told["Reason"]
            if event["RequestType"] == "Create":
                succeeded(resource.send({**event, **told, "RequestType": "Delete"}))
            else:
                before, resource.physical_id = (
                    resource.physical_id,
                    succeeded(resource.send(resource.back(event))),
                )
                self._clean_up(resource, before)
                event["PhysicalResourceId"] = resource.physical_id
            event["RequestId"] += "-again"
            told = resource.send(event)
        self.last = resource, event
        return succeeded(told)

    def _send(self, resource: Resource, event: Json, trouble: Trouble) -> Json:
        def before(number: int, name: str) -> None:
            if number == trouble.step:
                self.swap(trouble.weights, None)
            if number in trouble.busy:
                raise error("Throttling", name)

        def after(number: int, _: str) -> None:
            if number == trouble.end:
                raise Killed

        resource.elb, resource.seconds_left = Client(self.world.elb, before, after), 170.0 + 8 * 40
        try:
            return resource.send(event)
        except Killed:
            resource.elb = self.world.elb
            return resource.send(event)
        finally:
            resource.elb = self.world.elb

    def _changes(self, name: str, change: Change) -> Json:
        base = {"First": 10, "Second": 20, "Test": 10}[name]
        changes: dict[str, Any] = {
            "Priority": base + change.up,
            "Paths": [change.path],
            "Tags": owner_tags(change.owner),
        }
        if change.move and name != "Test":
            http = self.resources[name].properties["ListenerArn"] == self.world.http
            changes["ListenerArn"] = self.world.https if http else self.world.http
        return changes

    def _clean_up(self, resource: Resource, before: str) -> None:
        if before != resource.physical_id:
            succeeded(resource.send(resource.event("Delete") | {"PhysicalResourceId": before}))

    def _follow(self, name: str) -> None:
        """The first test rule takes the weights of production; from then on a deployment moves it."""
        if name == "Test":
            self.live["test"] = self.live["production"]

    def _forget(self, name: str) -> None:
        self.last = None
        if name == "Test":
            del self.live["test"]


TestAnyOrder = Service.TestCase
TestAnyOrder.settings = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=120,
    stateful_step_count=25,
    report_multiple_bugs=False,
)
