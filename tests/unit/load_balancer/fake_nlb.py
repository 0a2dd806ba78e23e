"""A Network Load Balancer in memory, for the tests that need thousands of calls.

It answers as the API reference says, also where moto is kinder: a port that is taken is an error, tags come
for twenty resources at most, lists come in pages, a listener is changed as a whole or not at all.
"""

# ruff: noqa: N803 - boto3's clients take the names of the API.

import copy
import itertools
from typing import Any

from tests.unit.load_balancer.fake_elb import error

Json = dict[str, Any]

_ACCOUNT = "arn:aws:elasticloadbalancing:eu-central-1:111122223333"
_PAGE = 2
_TLS = ("SslPolicy", "Certificates", "AlpnPolicy")


class FakeNlb:
    """An elbv2 client over two Network Load Balancers and two target groups."""

    def __init__(self) -> None:
        self._serial = itertools.count(1)
        self.balancers = [f"{_ACCOUNT}:loadbalancer/net/dev-{n}/{n:016x}" for n in (1, 2)]
        self.targets: dict[str, list[str]] = {
            f"{_ACCOUNT}:targetgroup/group-{n}/{n:016x}": [] for n in (1, 2)
        }
        self._listeners: dict[str, Json] = {}
        self._tags: dict[str, dict[str, str]] = {}

    def describe_listeners(
        self, *, LoadBalancerArn: str = "", ListenerArns: list[str] | None = None, Marker: str = ""
    ) -> Json:
        """Of a load balancer or by name, page by page."""
        if ListenerArns is not None:
            if any(arn not in self._listeners for arn in ListenerArns):
                raise error("ListenerNotFound", "DescribeListeners")
            found = [self._listeners[arn] for arn in ListenerArns]
        elif LoadBalancerArn not in self.balancers:
            raise error("LoadBalancerNotFound", "DescribeListeners")
        else:
            found = self._on(LoadBalancerArn)
        start = int(Marker or 0)
        more = {"NextMarker": str(start + _PAGE)} if start + _PAGE < len(found) else {}
        return {"Listeners": copy.deepcopy(found[start : start + _PAGE]), **more}

    def describe_tags(self, *, ResourceArns: list[str]) -> Json:
        """Of listeners, at most twenty, all of them there."""
        if not 1 <= len(ResourceArns) <= 20:
            raise error("ValidationError", "DescribeTags")
        if any(arn not in self._listeners for arn in ResourceArns):
            raise error("ListenerNotFound", "DescribeTags")
        return {
            "TagDescriptions": [
                {"ResourceArn": arn, "Tags": [{"Key": k, "Value": v} for k, v in self._tags[arn].items()]}
                for arn in ResourceArns
            ]
        }

    def describe_target_health(self, *, TargetGroupArn: str) -> Json:
        """The states that a test put into `targets`."""
        states = self.targets[TargetGroupArn]
        return {"TargetHealthDescriptions": [{"TargetHealth": {"State": state}} for state in states]}

    def register_targets(self, *, TargetGroupArn: str, Targets: list[Json]) -> Json:
        """Healthy at once."""
        self.targets[TargetGroupArn] += ["healthy" for _ in Targets]
        return {}

    def create_listener(
        self, *, LoadBalancerArn: str, DefaultActions: list[Json], Tags: list[Json], **settings: Any
    ) -> Json:
        """One listener a port; a target group behind one load balancer."""
        if LoadBalancerArn not in self.balancers:
            raise error("LoadBalancerNotFound", "CreateListener")
        self._check(LoadBalancerArn, settings, DefaultActions, "CreateListener")
        arn = f"{LoadBalancerArn.replace(':loadbalancer/', ':listener/')}/{next(self._serial):016x}"
        self._listeners[arn] = {
            "ListenerArn": arn,
            "LoadBalancerArn": LoadBalancerArn,
            "DefaultActions": copy.deepcopy(DefaultActions),
            **_kept(settings),
        }
        self._tags[arn] = {tag["Key"]: tag["Value"] for tag in Tags}
        return {"Listeners": [copy.deepcopy(self._listeners[arn])]}

    def modify_listener(
        self, *, ListenerArn: str, DefaultActions: list[Json] | None = None, **settings: Any
    ) -> Json:
        """What is not given stays; TLS to TCP forgets what is TLS's."""
        listener = self._listener(ListenerArn, "ModifyListener")
        balancer = listener["LoadBalancerArn"]
        wanted = {**listener, **settings}
        self._check(balancer, wanted, DefaultActions or [], "ModifyListener", ListenerArn)
        if DefaultActions:
            wanted["DefaultActions"] = copy.deepcopy(DefaultActions)
        self._listeners[ListenerArn] = _kept(wanted)
        return {"Listeners": [copy.deepcopy(self._listeners[ListenerArn])]}

    def delete_listener(self, *, ListenerArn: str) -> Json:
        """Only what is there."""
        self._listener(ListenerArn, "DeleteListener")
        del self._listeners[ListenerArn], self._tags[ListenerArn]
        return {}

    def add_tags(self, *, ResourceArns: list[str], Tags: list[Json]) -> Json:
        """A known key gets the new value."""
        for arn in ResourceArns:
            self._listener(arn, "AddTags")
            self._tags[arn] |= {tag["Key"]: tag["Value"] for tag in Tags}
        return {}

    def remove_tags(self, *, ResourceArns: list[str], TagKeys: list[str]) -> Json:
        """A key that is not there is no error."""
        for arn in ResourceArns:
            self._listener(arn, "RemoveTags")
            for key in TagKeys:
                self._tags[arn].pop(key, None)
        return {}

    def _on(self, balancer: str) -> list[Json]:
        return [one for one in self._listeners.values() if one["LoadBalancerArn"] == balancer]

    def _listener(self, arn: str, operation: str) -> Json:
        if arn not in self._listeners:
            raise error("ListenerNotFound", operation)
        return self._listeners[arn]

    def _check(
        self, balancer: str, settings: Json, actions: list[Json], operation: str, itself: str = ""
    ) -> None:
        others = [one for one in self._on(balancer) if one["ListenerArn"] != itself]
        if any(one["Port"] == settings["Port"] for one in others):
            raise error("DuplicateListener", operation)
        if settings["Protocol"] == "TLS" and not (settings.get("Certificates") and settings.get("SslPolicy")):
            raise error("CertificateNotFound", operation)
        behind = {
            group["TargetGroupArn"]: one["LoadBalancerArn"]
            for one in self._listeners.values()
            for group in one["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
        }
        for action in actions:
            for group in action["ForwardConfig"]["TargetGroups"]:
                if group["TargetGroupArn"] not in self.targets:
                    raise error("TargetGroupNotFound", operation)
                if behind.get(group["TargetGroupArn"], balancer) != balancer:
                    raise error("TargetGroupAssociationLimit", operation)
                if not 0 <= group["Weight"] <= 999:
                    raise error("ValidationError", operation)


def _kept(settings: Json) -> Json:
    tls = settings["Protocol"] == "TLS"
    return {key: copy.deepcopy(value) for key, value in settings.items() if tls or key not in _TLS}
