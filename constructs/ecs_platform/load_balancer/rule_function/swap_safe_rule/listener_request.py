"""A listener of a Network Load Balancer, from CreateListener to DeleteListener."""

from .balancer import Refusal
from .request import ROLE, Request
from .rule import Json, Listener, wanted_settings


class ListenerRequest(Request[Listener]):
    """One request of CloudFormation for one listener, whose default action carries the weights."""

    noun = "listener"
    home_property, place_property = "LoadBalancerArn", "Port"
    mark, taken = ":listener/", "DuplicateListener"
    advice = "Give one of the two another port; to exchange two, give one a free port first."
    way_out = "add a second service with groups and ports of its own and move clients there"

    def _find(self, arn: str) -> Listener | None:
        found = self._balancer.tagged(self._balancer.listeners(ListenerArns=[arn]))
        return found[0] if found else None

    def _at(self, home: str) -> list[Listener]:
        return self._balancer.listeners(LoadBalancerArn=home)

    def _all(self) -> list[Listener]:
        return self._at(self._home)

    def _create_it(self, actions: list[Json], tags: list[Json]) -> str:
        made = self._balancer.call(
            "create_listener",
            LoadBalancerArn=self._home,
            **wanted_settings(self._new),
            DefaultActions=actions,
            Tags=tags,
        )
        return made["Listeners"][0]["ListenerArn"]

    def _converge(self, carrier: Listener) -> str:
        settings = wanted_settings(self._new)
        if dict(carrier.settings) != settings:
            # What is not given stays, and so do the default actions:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html
            self._take_place(carrier, "modify_listener", ListenerArn=carrier.arn, **settings)
        return carrier.arn

    def _has_role(self, carrier: Listener) -> bool:
        # Somebody else's has no tag, and whom it serves is not known.
        return carrier.tags.get(ROLE) == self._role

    def _refuse_what_is_fixed(self, carrier: Listener) -> None:
        super()._refuse_what_is_fixed(carrier)
        if carrier.home != self._home:
            # One target group stands behind one load balancer, so there is no time for both:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html
            raise Refusal(
                "A listener does not move to another load balancer: target groups stand behind one only. "
                f"Undo what replaces the load balancer (its scheme, name or subnets), or {self.way_out}."
            )
