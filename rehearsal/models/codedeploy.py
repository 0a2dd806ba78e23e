"""CodeDeploy: application, traffic configuration and deployment group of an ECS service."""

from typing import Any

from rehearsal.models.resource import Properties, RefusedError, Resource, camel


class Application(Resource):
    """AWS::CodeDeploy::Application."""

    type = "AWS::CodeDeploy::Application"
    named_by = "ApplicationName"

    def create(self, new: Properties) -> None:
        """CreateApplication."""
        self.aws("codedeploy").create_application(
            applicationName=self.name,
            computePlatform=new.get("ComputePlatform", "Server"),
            tags=new.get("Tags", []),
        )

    def update(self, new: Properties) -> None:
        """Tags."""
        arn = self.arn("codedeploy", f"application:{self.name}")
        self.aws("codedeploy").tag_resource(ResourceArn=arn, Tags=new.get("Tags", []))

    def delete(self) -> None:
        """DeleteApplication."""
        self.aws("codedeploy").delete_application(applicationName=self.name)


class DeploymentConfig(Resource):
    """AWS::CodeDeploy::DeploymentConfig."""

    type = "AWS::CodeDeploy::DeploymentConfig"
    named_by = "DeploymentConfigName"

    def create(self, new: Properties) -> None:
        """CreateDeploymentConfig."""
        self.aws("codedeploy").create_deployment_config(**{**camel(new), "deploymentConfigName": self.name})

    def delete(self) -> None:
        """DeleteDeploymentConfig, refused while a group uses it."""
        self.aws("codedeploy").delete_deployment_config(deploymentConfigName=self.name)


class DeploymentGroup(Resource):
    """AWS::CodeDeploy::DeploymentGroup."""

    type = "AWS::CodeDeploy::DeploymentGroup"
    named_by = "DeploymentGroupName"

    def create(self, new: Properties) -> None:
        """CreateDeploymentGroup."""
        wanted = self._checked(new)
        self.aws("codedeploy").create_deployment_group(**wanted, deploymentGroupName=self.name)

    def update(self, new: Properties) -> None:
        """UpdateDeploymentGroup."""
        wanted = self._checked(new)
        wanted.pop("tags", None)
        self.aws("codedeploy").update_deployment_group(**wanted, currentDeploymentGroupName=self.name)

    def delete(self) -> None:
        """DeleteDeploymentGroup."""
        old = self.properties
        self.aws("codedeploy").delete_deployment_group(
            applicationName=old["ApplicationName"], deploymentGroupName=self.name
        )

    def _checked(self, new: Properties) -> Properties:
        """The arguments, after the checks that CodeDeploy makes and moto does not."""
        config = new.get("DeploymentConfigName")
        if config:
            self.aws("codedeploy").get_deployment_config(deploymentConfigName=config)
        for named in new.get("ECSServices", []):
            found: list[Any] = self.aws("ecs").describe_services(
                cluster=named["ClusterName"], services=[named["ServiceName"]]
            )["services"]
            controllers = [service["deploymentController"]["type"] for service in found]
            if controllers != ["CODE_DEPLOY"]:
                raise RefusedError(
                    f"The ECS service {named['ClusterName']}/{named['ServiceName']} does not exist, or its "
                    "deployment controller is not CODE_DEPLOY."
                )
        wanted = camel(new, keep=frozenset({"Tags"}))
        wanted.pop("deploymentGroupName", None)
        return wanted
