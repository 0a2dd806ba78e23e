"""By which weights users are served, as those tell that forward to one pair of target groups."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from .balancer import Balancer, Patience, Refusal
from .rule import Listener, Rule, Weights, same

TEST = "test"
# Between two looks at weights on the move.
PAUSE_SECONDS = 3.0

_Carrier = TypeVar("_Carrier", Rule, Listener)


class Pair(ABC, Generic[_Carrier]):
    """Two target groups, and whoever carries weights for them on one load balancer. Nothing here writes."""

    noun: ClassVar[str]

    def __init__(self, balancer: Balancer, patience: Patience, groups: tuple[str, str], role: str) -> None:
        self._balancer = balancer
        self._patience = patience
        self._pair = groups
        self._role = role

    @abstractmethod
    def _all(self) -> list[_Carrier]:
        """All of the load balancer; untagged."""

    @abstractmethod
    def _has_role(self, carrier: _Carrier) -> bool:
        """Whether it serves those whom ours serves."""

    def _left_behind(
        self,
        arn: str,
        weights: Weights,
        tell: Callable[[list[_Carrier]], Weights | None],
        untold: Weights | None = None,
    ) -> bool:
        """Whether the weights moved on without this one, which still has `weights`.

        Looked at twice, because a mover writes one after the other.
        """
        for look in range(2):
            if look:
                self._patience.pause(PAUSE_SECONDS, "The weights of these target groups are moving.")
            others = {carrier.arn: carrier for carrier in self._carriers()}
            mine = others.pop(arn, None)
            if mine and (not others or not same(self._weights(mine), weights)):
                return False
            if mine and same(tell(list(others.values())) or untold, weights):
                return False
        return True

    def _live(self, carriers: list[_Carrier]) -> Weights | None:
        """The weights by which users are served, as these tell; None while they disagree."""
        if any(self._has_role(carrier) for carrier in carriers):
            return self._agreed(carriers)
        if self._role == TEST and carriers:
            return self._agreed(carriers, any_role=True)
        # The test side in mid-deployment points at tasks that nobody has approved: production asks the tasks.
        blue, green = (self._balancer.has_tasks(group) for group in self._pair)
        if blue and green:
            raise Refusal(
                f"No {self.noun} of its role has weights to take over, and both target groups have tasks: "
                "which of them serves users cannot be known. Deploy again when the running deployment has "
                "ended."
            )
        if blue or green:
            return (100, 0) if blue else (0, 100)
        # Scaled to zero, or new. At rest the test side tells the truth.
        return self._agreed(carriers, any_role=True) if carriers else (100, 0)

    def _agreed(self, carriers: list[_Carrier], *, any_role: bool = False) -> Weights | None:
        found = [self._weights(carrier) for carrier in carriers if any_role or self._has_role(carrier)]
        return found[0] if found and all(same(other, found[0]) for other in found) else None

    def _carriers(self) -> list[_Carrier]:
        return self._balancer.tagged([carrier for carrier in self._all() if self._carries(carrier)])

    def _carries(self, carrier: _Carrier) -> bool:
        return bool(carrier.weights) and set(carrier.weights) <= set(self._pair)

    def _weights(self, carrier: _Carrier) -> Weights:
        return carrier.weights.get(self._pair[0], 0), carrier.weights.get(self._pair[1], 0)
