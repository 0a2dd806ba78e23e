"""What a request of CloudFormation does to what carries the weights, whose actions are written once.

A deployment moves users by writing the weights of two target groups; whoever else writes actions moves users
as well. The odd cases are decided in docs/decisions/listener-rule-as-custom-resource.md and nlb-listener.md.
"""

import contextlib
from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, TypeVar

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from .balancer import Balancer, Patience, Refusal, code, tag_list
from .pair import PAUSE_SECONDS, Pair
from .rule import Json, Listener, Rule, forward, wanted_tags

# Tags that say whose it is: the resource of which stack, its role, and the request that made it.
STACK, LOGICAL_ID = "ecs-platform:stack", "ecs-platform:logical-id"
ROLE, REQUEST = "ecs-platform:role", "ecs-platform:request"
# The physical id that a failed Create answers; the id of its request follows.
NOT_CREATED = "not-created/"
# One minute, for weights on the move to come to rest or another of the same stack to give up its place.
TRIES = 20

_Carrier = TypeVar("_Carrier", Rule, Listener)


class Request(Pair[_Carrier]):
    """One request of CloudFormation for one carrier of weights: a rule, or the listener of an NLB.

    A carrier has a home, which is the listener of a rule and the load balancer of a listener, and a place
    there that it shares with no other: its priority, or its port.
    """

    home_property: ClassVar[str]
    place_property: ClassVar[str]
    # By what an ARN is told from other physical ids, and ELB's word for a place that is taken.
    mark: ClassVar[str]
    taken: ClassVar[str]
    # What to do about a taken place, and about target groups that are new.
    advice: ClassVar[str]
    way_out: ClassVar[str]

    def __init__(self, event: Json, elb: object, patience: Patience) -> None:
        self._type, self._id = str(event["RequestType"]), str(event["RequestId"])
        self._owner = {STACK: str(event["StackId"]), LOGICAL_ID: str(event["LogicalResourceId"])}
        self._physical_id = str(event.get("PhysicalResourceId", ""))
        self._new: Json = event["ResourceProperties"]
        self._old: Json = event.get("OldResourceProperties", self._new)
        self._home = str(self._new.get(self.home_property, ""))
        super().__init__(
            Balancer(elb, patience), patience, _pair(self._new), role=str(self._new.get("Role", ""))
        )

    @property
    def wrote(self) -> Sequence[str]:
        """The operations that changed something."""
        return self._balancer.wrote

    @property
    def subject(self) -> str:
        """What the request is about, for whoever reads a refusal."""
        place, home = (self._new.get(key) for key in (self.place_property, self.home_property))
        return f"{self.noun.capitalize()} with {self.place_property.lower()} {place} on {home}"

    def serve(self) -> str:
        """Do what is asked for; the physical id, which is the carrier's ARN."""
        return {"Create": self._create, "Update": self._update, "Delete": self._delete}[self._type]()

    @abstractmethod
    def _find(self, arn: str) -> _Carrier | None:
        """One by its ARN, tagged; None where there is none."""

    @abstractmethod
    def _at(self, home: str) -> list[_Carrier]:
        """All that live there; untagged."""

    @abstractmethod
    def _create_it(self, actions: list[Json], tags: list[Json]) -> str:
        """Make it with these actions; its ARN."""

    @abstractmethod
    def _converge(self, carrier: _Carrier) -> str:
        """Everything as wanted but tags, and actions, which this never writes; the ARN."""

    def _create(self) -> str:
        return self._adopt() or self._make()

    def _update(self) -> str:
        carrier = self._find(self._physical_id) if self._is_one(self._physical_id) else None
        if carrier:
            self._refuse_what_is_fixed(carrier)
        if not carrier or carrier.home != self._home:
            return self._adopt() or self._make()
        elsewhere = str(self._old.get(self.home_property, self._home))
        if elsewhere != self._home:
            # Back from a move to another home that failed: nobody else knows what it may have left there.
            for stray in self._own(elsewhere):
                self._balancer.remove(stray.arn)
        return self._settle(carrier)

    def _delete(self) -> str:
        if self._is_one(self._physical_id):
            self._balancer.remove(self._physical_id)
        elif self._home:
            # Create failed half-way. Only what it made itself goes: a later one may live.
            for carrier in self._own(self._home):
                if self._was_left(carrier):
                    self._balancer.remove(carrier.arn)
        return self._physical_id

    def _was_left(self, carrier: _Carrier) -> bool:
        if self._physical_id.startswith(NOT_CREATED):
            return NOT_CREATED + carrier.tags.get(REQUEST, "") == self._physical_id
        # Nobody answered, and CloudFormation made up an id, which tells nothing. Tasks wait for what this was
        # to make: where they are and nothing else leads to them, a later attempt has made it.
        others = [one for one in self._carriers() if self._has_role(one) and not self._is_own(one)]
        return bool(others) or not any(self._balancer.has_tasks(group) for group in carrier.weights)

    def _refuse_what_is_fixed(self, carrier: _Carrier) -> None:
        # The live one is asked as well: the way back from such a refusal is an update too.
        if set(_pair(self._old)) != set(self._pair) and not self._carries(carrier):
            raise Refusal(
                f"The two target groups of a {self.noun} are fixed when it is created: new groups have no "
                "tasks, and users would be sent there. Undo what replaces them (name, port, protocol or "
                f"VPC), or {self.way_out}."
            )
        if self._old.get("Role") != self._role and carrier.tags.get(ROLE) != self._role:
            raise Refusal(
                f"The role of a {self.noun} is fixed when it is created: add a {self._role} {self.noun} "
                "instead."
            )

    def _adopt(self) -> str | None:
        """The one that this resource already has in its home, its weights as they are; or None."""
        for carrier in self._own(self._home):
            interrupted = carrier.tags.get(REQUEST) == self._id
            weights = self._weights(carrier)
            if self._carries(carrier) and self._left_behind(carrier.arn, weights, self._agreed, weights):
                if interrupted:
                    # Or answered long ago and delivered again: then CloudFormation knows this very one.
                    raise Refusal(
                        f"The weights moved while the {self.noun} was made and Lambda was stopped. "
                        "Deploy again."
                    )
                self._balancer.remove(carrier.arn)
                continue
            if self._type == "Create" and not interrupted:
                # CloudFormation may yet delete the attempt that made it, and must not take it from us.
                self._balancer.call(
                    "add_tags", ResourceArns=[carrier.arn], Tags=tag_list({REQUEST: self._id})
                )
            return self._settle(carrier)
        return None

    def _settle(self, carrier: _Carrier) -> str:
        """Everything as wanted but actions; the ARN."""
        arn = self._converge(carrier)
        wanted, before = wanted_tags(self._new), wanted_tags(self._old)
        if wrong := dict(sorted(wanted.items() - carrier.tags.items())):
            self._balancer.call("add_tags", ResourceArns=[arn], Tags=tag_list(wrong))
        # Only what CloudFormation put there: others tag as well.
        if gone := sorted((before.keys() - wanted.keys()) & carrier.tags.keys()):
            self._balancer.call("remove_tags", ResourceArns=[arn], TagKeys=gone)
        return arn

    def _make(self) -> str:
        """A new one, with the weights by which users are served now."""
        why = ""
        for _ in range(TRIES):
            carriers = self._carriers()
            weights = self._live(carriers)
            if not weights:
                each = ", ".join(f"{carrier.arn} has {self._weights(carrier)}" for carrier in carriers)
                why = (
                    f"The {self.noun}s that forward to these target groups disagree on their weights: {each}."
                )
                self._patience.pause(PAUSE_SECONDS, why)
                continue
            try:
                tags = wanted_tags(self._new) | self._owner | {ROLE: self._role, REQUEST: self._id}
                arn = self._create_it(forward(self._pair, weights), tag_list(tags))
            except ClientError as error:
                holder, why = self._holder(error)
                if not holder or not self._is_own(holder):
                    self._patience.pause(PAUSE_SECONDS, why)
                    continue
                # Made by a call whose answer was lost on the way.
                arn, weights = holder.arn, self._weights(holder)
            try:
                if not self._left_behind(arn, weights, self._live):
                    return arn
            except Exception:
                with contextlib.suppress(ClientError, Refusal):
                    self._balancer.remove(arn)
                raise
            self._balancer.remove(arn)
            why = "The weights of these target groups do not come to rest."
        raise Refusal(why)

    def _take_place(self, carrier: _Carrier, operation: str, **arguments: object) -> None:
        """Call an operation that gives it another place; wait while one of its own stack is still there."""
        why = ""
        for _ in range(TRIES):
            try:
                self._balancer.call(operation, **arguments)
                return
            except ClientError as error:
                holder, why = self._holder(error)
                if holder and holder.arn == carrier.arn:
                    return
            self._patience.pause(PAUSE_SECONDS, why)
        raise Refusal(why)

    def _own(self, home: str) -> list[_Carrier]:
        return [carrier for carrier in self._balancer.tagged(self._at(home)) if self._is_own(carrier)]

    def _is_own(self, carrier: _Carrier) -> bool:
        return self._owner.items() <= carrier.tags.items()

    def _is_one(self, physical_id: str) -> bool:
        return self.mark in physical_id

    def _holder(self, error: ClientError) -> tuple[_Carrier | None, str]:
        """Who has the place, and the reason to give if that stays so; refuses where waiting is in vain."""
        if code(error) != self.taken:
            raise error
        place = str(self._new[self.place_property])
        found = self._balancer.tagged([one for one in self._at(self._home) if one.place == place])
        word = self.place_property
        if not found:
            return None, f"Its {word.lower()} was in use a moment ago."
        holder = found[0]
        stack = holder.tags.get(STACK)
        owner = (
            f"{holder.tags.get(LOGICAL_ID)} of stack {stack.split('/')[1]}"
            if stack
            else "not made by this platform"
        )
        why = f"{word} {holder.place} is in use by {holder.arn} ({owner}). {self.advice}"
        # Only one of the same stack can be about to give it up.
        if stack != self._owner[STACK]:
            raise Refusal(why)
        return holder, why


def _pair(properties: Json) -> tuple[str, str]:
    return str(properties.get("BlueTargetGroupArn")), str(properties.get("GreenTargetGroupArn"))
