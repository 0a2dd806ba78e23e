"""Listeners, and CloudFormation's own listener rule, which writes actions and conditions together."""

from rehearsal.models.load_balancer import retag
from rehearsal.models.resource import Properties, RefusedError, Resource, only

_LISTENER = ("Port", "Protocol", "SslPolicy", "Certificates", "DefaultActions", "AlpnPolicy")


class Listener(Resource):
    """AWS::ElasticLoadBalancingV2::Listener."""

    type = "AWS::ElasticLoadBalancingV2::Listener"

    def create(self, new: Properties) -> None:
        """CreateListener; a second one on the same port is refused, which moto forgets."""
        elb = self.aws("elbv2")
        arn = new["LoadBalancerArn"]
        ports = {item["Port"] for item in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]}
        if new["Port"] in ports:
            raise RefusedError(f"A listener already exists on this port for this load balancer '{arn}'")
        answer = elb.create_listener(LoadBalancerArn=arn, **only(new, *_LISTENER, "Tags"))
        self.physical_id = answer["Listeners"][0]["ListenerArn"]
        self.attributes = {"ListenerArn": self.physical_id}
        self._set_attributes(new)

    def update(self, new: Properties) -> None:
        """ModifyListener, attributes and tags."""
        old = self.properties
        elb = self.aws("elbv2")
        wanted = only(new, *_LISTENER)
        if wanted != only(old, *_LISTENER):
            elb.modify_listener(ListenerArn=self.physical_id, **wanted)
        self._set_attributes(new)
        retag(elb, self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteListener."""
        self.aws("elbv2").delete_listener(ListenerArn=self.physical_id)

    def _set_attributes(self, new: Properties) -> None:
        if new.get("ListenerAttributes"):
            self.aws("elbv2").modify_listener_attributes(
                ListenerArn=self.physical_id, Attributes=new["ListenerAttributes"]
            )


class ListenerRule(Resource):
    """AWS::ElasticLoadBalancingV2::ListenerRule.

    Any update writes the actions of the template, as CloudFormation does: this is what resets live weights.
    """

    type = "AWS::ElasticLoadBalancingV2::ListenerRule"

    def create(self, new: Properties) -> None:
        """CreateRule."""
        answer = self.aws("elbv2").create_rule(
            **only(new, "ListenerArn", "Conditions", "Actions", "Tags"), Priority=int(new["Priority"])
        )
        self.physical_id = answer["Rules"][0]["RuleArn"]
        self.attributes = {"RuleArn": self.physical_id, "IsDefault": False}

    def update(self, new: Properties) -> None:
        """ModifyRule with conditions and actions, SetRulePriorities, tags."""
        old = self.properties
        elb = self.aws("elbv2")
        elb.modify_rule(RuleArn=self.physical_id, **only(new, "Conditions", "Actions"))
        if new["Priority"] != old["Priority"]:
            priority = {"RuleArn": self.physical_id, "Priority": int(new["Priority"])}
            elb.set_rule_priorities(RulePriorities=[priority])
        retag(elb, self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteRule."""
        self.aws("elbv2").delete_rule(RuleArn=self.physical_id)
