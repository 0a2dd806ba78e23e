"""ELB in memory, for the tests that need thousands of calls.

It answers as the API reference says, also where moto is kinder: what is gone is an error, tags come for
twenty resources at most, lists come in pages. test_fake_elb.py holds it against moto.
"""

# ruff: noqa: N803 - boto3's clients take the names of the API.

import copy
import itertools
from typing import Any

from botocore.exceptions import ClientError

Json = dict[str, Any]

_ACCOUNT = "arn:aws:elasticloadbalancing:eu-central-1:111122223333"
_PAGE = 3


class FakeElb:
    """An elbv2 client over one load balancer, its listeners and its target groups."""

    def __init__(self, listeners: int = 3, groups: int = 2) -> None:
        self._serial = itertools.count(1)
        self.balancer = f"{_ACCOUNT}:loadbalancer/app/dev/0123456789abcdef"
        listener = self.balancer.replace(":loadbalancer/", ":listener/")
        self.listeners = [f"{listener}/{number:016x}" for number in range(1, listeners + 1)]
        self.targets: dict[str, list[str]] = {
            f"{_ACCOUNT}:targetgroup/group-{number}/{number:016x}": [] for number in range(1, groups + 1)
        }
        self._rules: dict[str, Json] = {}
        self._tags: dict[str, dict[str, str]] = {}

    def describe_listeners(self, *, LoadBalancerArn: str, Marker: str = "") -> Json:
        """Page by page."""
        if LoadBalancerArn != self.balancer:
            raise error("LoadBalancerNotFound", "DescribeListeners")
        return _page("Listeners", [{"ListenerArn": arn} for arn in self.listeners], Marker)

    def describe_rules(
        self, *, ListenerArn: str = "", RuleArns: list[str] | None = None, Marker: str = ""
    ) -> Json:
        """Of a listener, with its default, or by name."""
        if RuleArns is not None:
            if any(arn not in self._rules for arn in RuleArns):
                raise error("RuleNotFound", "DescribeRules")
            return _page("Rules", [self._rules[arn] for arn in RuleArns], Marker)
        if ListenerArn not in self.listeners:
            raise error("ListenerNotFound", "DescribeRules")
        return _page("Rules", [*self._on(ListenerArn), _default(ListenerArn)], Marker)

    def describe_tags(self, *, ResourceArns: list[str]) -> Json:
        """Of rules, at most twenty, all of them there."""
        if not 1 <= len(ResourceArns) <= 20:
            raise error("ValidationError", "DescribeTags")
        if any(arn not in self._rules for arn in ResourceArns):
            raise error("RuleNotFound", "DescribeTags")
        return {
            "TagDescriptions": [
                {"ResourceArn": arn, "Tags": [{"Key": k, "Value": v} for k, v in self._tags[arn].items()]}
                for arn in ResourceArns
            ]
        }

    def describe_target_health(self, *, TargetGroupArn: str) -> Json:
        """The states that a test put into `targets`."""
        if TargetGroupArn not in self.targets:
            raise error("TargetGroupNotFound", "DescribeTargetHealth")
        states = self.targets[TargetGroupArn]
        return {"TargetHealthDescriptions": [{"TargetHealth": {"State": state}} for state in states]}

    def register_targets(self, *, TargetGroupArn: str, Targets: list[Json]) -> Json:
        """Healthy at once."""
        self.targets[TargetGroupArn] += ["healthy" for _ in Targets]
        return {}

    def create_rule(
        self,
        *,
        ListenerArn: str,
        Priority: int,
        Conditions: list[Json],
        Actions: list[Json],
        Tags: list[Json],
    ) -> Json:
        """One rule a priority."""
        if ListenerArn not in self.listeners:
            raise error("ListenerNotFound", "CreateRule")
        if any(rule["Priority"] == str(Priority) for rule in self._on(ListenerArn)):
            raise error("PriorityInUse", "CreateRule")
        self._check(Actions)
        arn = f"{ListenerArn.replace(':listener/', ':listener-rule/')}/{next(self._serial):016x}"
        self._rules[arn] = {
            "RuleArn": arn,
            "Priority": str(Priority),
            "Conditions": _echoed(Conditions),
            "Actions": copy.deepcopy(Actions),
            "IsDefault": False,
        }
        self._tags[arn] = {tag["Key"]: tag["Value"] for tag in Tags}
        return {"Rules": [copy.deepcopy(self._rules[arn])]}

    def modify_rule(
        self, *, RuleArn: str, Conditions: list[Json] | None = None, Actions: list[Json] | None = None
    ) -> Json:
        """What is not given stays."""
        rule = self._rule(RuleArn, "ModifyRule")
        if Conditions:
            rule["Conditions"] = _echoed(Conditions)
        if Actions:
            self._check(Actions)
            rule["Actions"] = copy.deepcopy(Actions)
        return {"Rules": [copy.deepcopy(rule)]}

    def set_rule_priorities(self, *, RulePriorities: list[Json]) -> Json:
        """All at once, as long as the new order has no conflict."""
        wanted = {pair["RuleArn"]: str(pair["Priority"]) for pair in RulePriorities}
        for arn in wanted:
            listener = _listener(self._rule(arn, "SetRulePriorities")["RuleArn"])
            order = [wanted.get(rule["RuleArn"], rule["Priority"]) for rule in self._on(listener)]
            if len(order) != len(set(order)):
                raise error("PriorityInUse", "SetRulePriorities")
        for arn, priority in wanted.items():
            self._rules[arn]["Priority"] = priority
        return {"Rules": [copy.deepcopy(self._rules[arn]) for arn in wanted]}

    def delete_rule(self, *, RuleArn: str) -> Json:
        """Only what is there."""
        self._rule(RuleArn, "DeleteRule")
        del self._rules[RuleArn], self._tags[RuleArn]
        return {}

    def add_tags(self, *, ResourceArns: list[str], Tags: list[Json]) -> Json:
        """A known key gets the new value."""
        for arn in ResourceArns:
            self._rule(arn, "AddTags")
            self._tags[arn] |= {tag["Key"]: tag["Value"] for tag in Tags}
        return {}

    def remove_tags(self, *, ResourceArns: list[str], TagKeys: list[str]) -> Json:
        """A key that is not there is no error."""
        for arn in ResourceArns:
            self._rule(arn, "RemoveTags")
            for key in TagKeys:
                self._tags[arn].pop(key, None)
        return {}

    def _on(self, listener: str) -> list[Json]:
        return [rule for arn, rule in self._rules.items() if _listener(arn) == listener]

    def _rule(self, arn: str, operation: str) -> Json:
        if arn not in self._rules:
            raise error("RuleNotFound", operation)
        return self._rules[arn]

    def _check(self, actions: list[Json]) -> None:
        for action in actions:
            for group in action.get("ForwardConfig", {}).get("TargetGroups", []):
                if group["TargetGroupArn"] not in self.targets:
                    raise error("TargetGroupNotFound", "CreateRule")


def error(code: str, operation: str) -> ClientError:
    """As boto3 raises it."""
    return ClientError({"Error": {"Code": code, "Message": f"{code} it says."}}, operation)


def _listener(rule: str) -> str:
    return rule.replace(":listener-rule/", ":listener/").rsplit("/", 1)[0]


def _default(listener: str) -> Json:
    arn = f"{listener.replace(':listener/', ':listener-rule/')}/{0:016x}"
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    return {"RuleArn": arn, "Priority": "default", "Conditions": [], "Actions": [fixed], "IsDefault": True}


def _echoed(conditions: list[Json]) -> list[Json]:
    """ELB gives the values a second time."""
    configs = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
    return [
        {**copy.deepcopy(condition), "Values": list(condition[configs[condition["Field"]]]["Values"])}
        for condition in conditions
    ]


def _page(key: str, items: list[Json], marker: str) -> Json:
    start = int(marker or 0)
    end = start + _PAGE
    more = {"NextMarker": str(end)} if end < len(items) else {}
    return {key: copy.deepcopy(items[start:end]), **more}
