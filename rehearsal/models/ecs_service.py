"""ECS services, with what ECS itself refuses and moto lets pass."""

from typing import Any

from rehearsal.models.resource import Properties, RefusedError, Resource, camel
from rehearsal.models.tags import lower_case

# moto's CreateService drops these; its UpdateService stores whatever it is given.
_STORED_LATER = (
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
)
# Under CODE_DEPLOY these change by a deployment alone:
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
_CODE_DEPLOYS_OWN = {
    "TaskDefinition": "task definition",
    "NetworkConfiguration": "network parameters",
    "PlatformVersion": "platform version",
    "LoadBalancers": "load balancers",
    "ServiceRegistries": "service registries",
}


class Service(Resource):
    """AWS::ECS::Service."""

    type = "AWS::ECS::Service"
    named_by = "ServiceName"

    def create(self, new: Properties) -> None:
        """CreateService; refused where a target group stands behind no load balancer."""
        self._require_load_balancers(new)
        wanted = _parameters(new)
        # One task, where the template says nothing: CloudFormation's default.
        wanted.setdefault("desiredCount", 1)
        later = {name: wanted.pop(name) for name in _STORED_LATER if name in wanted}
        cluster = new.get("Cluster", "default")
        ecs = self.aws("ecs")
        made = ecs.create_service(cluster=cluster, serviceName=self.name, tags=lower_case(new), **wanted)[
            "service"
        ]
        self.physical_id = made["serviceArn"]
        self.attributes = {"Name": self.name, "ServiceArn": self.physical_id}
        if later:
            ecs.update_service(cluster=cluster, service=self.name, **later)

    def update(self, new: Properties) -> None:
        """UpdateService; refused where the change belongs to CodeDeploy."""
        old = self.properties
        if new.get("DeploymentController", {}).get("Type") == "CODE_DEPLOY":
            for name, words in _CODE_DEPLOYS_OWN.items():
                if new.get(name) != old.get(name):
                    raise RefusedError(
                        f"Unable to update {words} on services with a CODE_DEPLOY deployment controller. "
                        "Use AWS CodeDeploy to trigger a new deployment."
                    )
        wanted = _parameters(new)
        for name in ("launchType", "schedulingStrategy", "role", "deploymentController"):
            wanted.pop(name, None)
        self.aws("ecs").update_service(cluster=new.get("Cluster", "default"), service=self.name, **wanted)

    def delete(self) -> None:
        """DeleteService with its tasks."""
        old = self.properties
        self.aws("ecs").delete_service(cluster=old.get("Cluster", "default"), service=self.name, force=True)

    def _require_load_balancers(self, new: Properties) -> None:
        for attached in new.get("LoadBalancers", []):
            arn = attached.get("TargetGroupArn")
            groups: list[Any] = self.aws("elbv2").describe_target_groups(TargetGroupArns=[arn])[
                "TargetGroups"
            ]
            if not groups[0].get("LoadBalancerArns"):
                raise RefusedError(
                    f"The target group with targetGroupArn {arn} does not have an associated load balancer."
                )


def _parameters(new: Properties) -> Properties:
    return camel({key: value for key, value in new.items() if key not in {"Cluster", "ServiceName", "Tags"}})
