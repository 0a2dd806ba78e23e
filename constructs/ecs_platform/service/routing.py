"""Which requests of a shared load balancer are a service's."""

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from ecs_platform.load_balancer.listener_rule import ListenerRule, RuleRole
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.target_groups import TargetGroups


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Which requests of the shared load balancer are this service's.

    Args:
        priority: The rule's place among all rules of the load balancer, 1 to 50,000, the lowest first. By
            default it comes from hosts and paths alone, the more specific first, so that no other service
            ever changes it; docs/decisions/priorities.md.
        hosts: Host names, wildcards allowed. Any by default.
        paths: Paths, wildcards allowed. Any by default; at least one host or path is needed.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
    """

    priority: int | None = None
    hosts: Sequence[str] = ()
    paths: Sequence[str] = ()

    def rules(
        self, scope: Construct, load_balancer: LoadBalancer, groups: TargetGroups
    ) -> tuple[ListenerRule, ListenerRule]:
        """Make the rule for users, "ProductionRule", and the one for whoever tests, "TestRule".

        Raises:
            ConfigurationError: The load balancer is a NetworkLoadBalancer, or the rules are refused.
        """
        _refuse_network_load_balancer(load_balancer, kind=type(scope).__name__)
        production, test = (
            ListenerRule(
                scope,
                id_,
                rules=load_balancer.rules,
                listener=listener,
                role=role,
                priority=self.priority,
                hosts=self.hosts,
                paths=self.paths,
                blue=groups.blue,
                green=groups.green,
            )
            for id_, listener, role in (
                ("ProductionRule", load_balancer.production_listener, RuleRole.PRODUCTION),
                ("TestRule", load_balancer.test_listener, RuleRole.TEST),
            )
        )
        # A test rule without a sibling to copy weights from takes the production rule's.
        test.node.add_dependency(production)
        return production, test


def _refuse_network_load_balancer(load_balancer: LoadBalancer, *, kind: str) -> None:
    # The other kind, which a program that is not type-checked may hand over.
    if not hasattr(load_balancer, "production_listener"):
        given = type(load_balancer).__name__
        raise ConfigurationError(
            f"{load_balancer.node.path} is a {given}, which knows no hosts and paths.",
            allowed="a LoadBalancer; NetworkLoadBalancedService(...) for the other kind.",
            where=f"{kind}(load_balancer=...).",
        )
