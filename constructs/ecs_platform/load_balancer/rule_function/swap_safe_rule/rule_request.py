"""A rule of an Application Load Balancer, from CreateRule to DeleteRule."""

from .request import ROLE, Request
from .rule import Json, Rule, plain, wanted_conditions


class RuleRequest(Request[Rule]):
    """One request of CloudFormation for one rule."""

    noun = "rule"
    home_property, place_property = "ListenerArn", "Priority"
    mark, taken = ":listener-rule/", "PriorityInUse"
    advice = (
        "Give one of the two another routing priority in the environment's file; to exchange two, give one a "
        "free number first."
    )
    way_out = "add a second service with groups of its own, move the routes to it and remove this one"

    def _find(self, arn: str) -> Rule | None:
        found = self._balancer.tagged(self._balancer.rules(RuleArns=[arn]))
        return found[0] if found else None

    def _at(self, home: str) -> list[Rule]:
        return self._balancer.rules(ListenerArn=home)

    def _all(self) -> list[Rule]:
        return self._balancer.all_rules(self._home)

    def _create_it(self, actions: list[Json], tags: list[Json]) -> str:
        made = self._balancer.call(
            "create_rule",
            ListenerArn=self._home,
            Priority=int(self._new["Priority"]),
            Conditions=wanted_conditions(self._new),
            Actions=actions,
            Tags=tags,
        )
        return made["Rules"][0]["RuleArn"]

    def _converge(self, carrier: Rule) -> str:
        priority = int(self._new["Priority"])
        if carrier.priority != str(priority):
            wanted = [{"RuleArn": carrier.arn, "Priority": priority}]
            self._take_place(carrier, "set_rule_priorities", RulePriorities=wanted)
        conditions = wanted_conditions(self._new)
        if carrier.conditions != plain(conditions):
            self._balancer.call("modify_rule", RuleArn=carrier.arn, Conditions=conditions)
        return carrier.arn

    def _has_role(self, carrier: Rule) -> bool:
        # A rule that somebody else made has no tag; on our listener it serves the same users.
        return carrier.tags.get(ROLE, self._role if carrier.home == self._home else "") == self._role
