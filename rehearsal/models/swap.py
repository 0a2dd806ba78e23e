"""What a CodeDeploy deployment does to an ECS service and its load balancer: a second task set, and weights.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html
"""

from typing import Any

from moto.codedeploy.models import CodeDeployBackend, DeploymentGroup
from moto.ecs.models import Service, TaskSet, ecs_backends

from rehearsal.models.appspec import AppSpec
from rehearsal.models.ecs_api import add_task_set, say
from rehearsal.models.resource import client

Rule = dict[str, Any]


class SwapError(Exception):
    """AWS would not do it.

    Args:
        code: CodeDeploy's ErrorCode.
        message: What went wrong.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Swap:
    """The service, the pair of target groups and the rules of one deployment.

    Args:
        backend: moto's CodeDeploy, for account and region.
        group: The deployment group.

    Raises:
        SwapError: The group's service does not exist.
    """

    def __init__(self, backend: CodeDeployBackend, group: DeploymentGroup) -> None:
        self._region = backend.region_name
        self._ecs = ecs_backends[backend.account_id][backend.region_name]
        self._elb = client("elbv2", backend.region_name)
        (named,) = group.ecs_services
        self.cluster: str = named["clusterName"]
        self.service = self._service(named["serviceName"])
        (pair,) = group.load_balancer_info["targetGroupPairInfoList"]
        self._production: list[str] = pair["prodTrafficRoute"]["listenerArns"]
        self._test: list[str] = pair.get("testTrafficRoute", {}).get("listenerArns", [])
        found = self._elb.describe_target_groups(Names=[item["name"] for item in pair["targetGroups"]])
        self._pair = {item["TargetGroupArn"]: item["TargetGroupName"] for item in found["TargetGroups"]}
        self.original: TaskSet | None = None
        self.replacement: TaskSet | None = None

    @property
    def has_test_listener(self) -> bool:
        """Whether there is a rule to move before production's."""
        return bool(self._test)

    @property
    def target_id(self) -> str:
        """Name of the one target of an ECS deployment."""
        return f"{self.cluster}:{self.service.name}"

    def begin(self) -> None:
        """Find the task set that serves, and make sure that the listener sends its traffic there.

        Raises:
            SwapError: Task set and listener disagree.
        """
        self.original = next((item for item in self.service.task_sets if item.status == "PRIMARY"), None)
        if self.original is None:
            raise SwapError("INVALID_ECS_SERVICE", "The ECS service has no primary task set.")
        mine = _group(self.original)
        for listener in self._production:
            if not any(_weights(rule).get(mine) for rule in self._rules(listener)):
                raise SwapError(
                    "ELASTIC_LOAD_BALANCING_INVALID",
                    "The ELB could not be updated due to the following error: Primary taskset target group "
                    f"must be behind listener {listener}",
                )

    def install(self, spec: AppSpec, deployment: str) -> None:
        """Start the replacement task set behind the other group of the pair.

        Raises:
            SwapError: Its task definition cannot be used.
        """
        original = self._original()
        self._check(spec)
        for leftover in [item for item in self.service.task_sets if item is not original]:
            self._remove(leftover)
        other = next(arn for arn in self._pair if arn != _group(original))
        self.replacement = add_task_set(
            self._ecs,
            self.service,
            task_definition=spec.task_definition,
            load_balancers=[
                {"targetGroupArn": other, "containerName": spec.container, "containerPort": spec.port}
            ],
            network=spec.network or original.network_configuration,
            platform_version=spec.platform_version or original.platform_version,
            deployment=deployment,
        )

    def move_test_traffic(self) -> None:
        """Point the test listener at the replacement."""
        self._route(self._test, 100)

    def move(self, percent: int) -> None:
        """Give the replacement so much of production's traffic."""
        self._route(self._production, percent)

    def promote(self) -> None:
        """Make the replacement the service's primary task set, and with it its revision the service's."""
        if self.replacement is not None:
            self._make_primary(self.replacement)

    def finish(self) -> None:
        """End the original's tasks."""
        self._remove(self._original())
        say(self.service, "has reached a steady state.")

    def move_back(self) -> None:
        """Send all traffic back to the original."""
        self._route([*self._production, *self._test], 0)
        self._make_primary(self._original())

    def remove_replacement(self) -> None:
        """End the replacement's tasks."""
        if self.replacement is not None:
            self._remove(self.replacement)

    def task_sets(self) -> list[dict[str, Any]]:
        """The two as CodeDeploy describes them; `identifer` is how its API spells that.

        https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ECSTaskSet.html
        """
        weights: dict[str, int] = {}
        for rule in self._rules(self._production[0]):
            weights = _weights(rule)
        original: Any = self.original
        replacement: Any = self.replacement
        return [
            {
                "identifer": task_set.id,
                "desiredCount": task_set.computed_desired_count,
                "pendingCount": task_set.pending_count,
                "runningCount": task_set.running_count,
                "status": task_set.status,
                "trafficWeight": float(weights.get(_group(task_set), 0)),
                "targetGroup": {"name": self._pair[_group(task_set)]},
                "taskSetLabel": label,
            }
            for label, task_set in (("Blue", original), ("Green", replacement))
            if task_set in self.service.task_sets
        ]

    def _service(self, name: str) -> Service:
        found, _ = self._ecs.describe_services(self.cluster, [name])
        if not found or found[0].status != "ACTIVE":
            raise SwapError("INVALID_ECS_SERVICE", f"The ECS service {self.cluster}/{name} does not exist.")
        return found[0]

    def _original(self) -> TaskSet:
        if self.original is None:
            raise SwapError("INVALID_ECS_SERVICE", "The ECS service has no primary task set.")
        return self.original

    def _check(self, spec: AppSpec) -> None:
        name = spec.task_definition.split("/")[-1]
        family, _, revision = name.partition(":")
        definition = self._ecs.task_definitions.get(family, {}).get(
            int(revision) if revision.isdigit() else 0
        )
        trouble = ""
        if definition is None:
            trouble = f"Unable to describe task definition {name}."
        elif definition.status != "ACTIVE":
            trouble = "TaskDefinition is inactive"
        elif spec.container not in {item["name"] for item in definition.container_definitions}:
            trouble = f"The container {spec.container} does not exist in the task definition."
        if trouble:
            raise SwapError(
                "ECS_UPDATE_ERROR", f"The ECS service cannot be updated due to an unexpected error: {trouble}"
            )

    def _make_primary(self, task_set: TaskSet) -> None:
        self._ecs.update_service_primary_task_set(self.cluster, self.service.name, task_set.task_set_arn)
        # What moto forgets of "parameters of the primary task set transition to the service".
        self.service.network_configuration = task_set.network_configuration or {}
        self.service.platform_version = task_set.platform_version

    def _remove(self, task_set: TaskSet) -> None:
        if task_set in self.service.task_sets:
            self._ecs.delete_task_set(self.cluster, self.service.name, task_set.task_set_arn)
            say(self.service, f"has stopped the tasks of task set {task_set.id}.")

    def _rules(self, listener: str) -> list[Rule]:
        """The rules of a listener that forward to the pair, the default rule among them."""
        rules: list[Rule] = self._elb.describe_rules(ListenerArn=listener)["Rules"]
        return [rule for rule in rules if _weights(rule).keys() & self._pair.keys()]

    def _route(self, listeners: list[str], percent: int) -> None:
        mine = _group(self._original())
        groups = [
            {"TargetGroupArn": arn, "Weight": 100 - percent if arn == mine else percent} for arn in self._pair
        ]
        for listener in listeners:
            for rule in self._rules(listener):
                actions = [_forwarding(action, groups) for action in rule["Actions"]]
                if rule["IsDefault"]:
                    self._elb.modify_listener(ListenerArn=listener, DefaultActions=actions)
                else:
                    self._elb.modify_rule(RuleArn=rule["RuleArn"], Actions=actions)


def _group(task_set: TaskSet) -> str:
    return task_set.load_balancers[0]["targetGroupArn"]


def _weights(rule: Rule) -> dict[str, int]:
    """Weight by target group of what a rule forwards to."""
    weights: dict[str, int] = {}
    for action in rule["Actions"]:
        if action["Type"] == "forward":
            alone = [{"TargetGroupArn": action.get("TargetGroupArn"), "Weight": 1}]
            groups = action.get("ForwardConfig", {}).get("TargetGroups") or alone
            weights |= {group["TargetGroupArn"]: group.get("Weight", 1) for group in groups}
    return weights


def _forwarding(action: dict[str, Any], groups: list[dict[str, Any]]) -> dict[str, Any]:
    if action["Type"] != "forward":
        return action
    kept = {key: value for key, value in action.items() if key != "TargetGroupArn"}
    return {**kept, "ForwardConfig": {**action.get("ForwardConfig", {}), "TargetGroups": groups}}
