"""`dev/hello`: one service, and what a release needs to know of it."""

import json
from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import (
    Architecture,
    AwsLogs,
    BlueGreenDeployment,
    Cluster,
    FargateSize,
    INetwork,
    LoadBalancer,
    Routing,
    Service,
    TargetGroupSettings,
    TargetHealthCheck,
    TaskDefinition,
    once,
)
from environments.model import Environment, ServiceSettings
from stacks import translate
from stacks.names import family_name, log_group_name, repository_name


class ServiceStack(cdk.Stack):
    """The task definition and the service of one workload."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        environment: Environment,
        service: ServiceSettings,
        network: INetwork,
        cluster: Cluster,
        load_balancer: LoadBalancer,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_, tags=tags)
        name = repository_name(environment, service)
        repository = ecr.Repository.from_repository_name(self, "Repository", name)
        self.task = TaskDefinition(
            self,
            "Task",
            family=family_name(environment, service),
            size=FargateSize(cpu=service.cpu, memory_mib=service.memory_mib),
            architecture=Architecture(service.architecture),
            image=translate.image(service.image),
            repository=repository,
            port=service.port,
            environment=service.environment,
            secrets={key: translate.secret(value) for key, value in service.secrets.items()},
            retired_secrets=[translate.secret(each) for each in service.retired],
            logs=AwsLogs(
                group_name=log_group_name(environment, service),
                retention=translate.RETENTION[environment.log_retention_days],
                removal_policy=translate.removal_policy(environment.removable),
            ),
            network=network,
            # Read-only and without capabilities, the agent of ECS Exec cannot work, or nobody says whether
            # it can: docs/exec.md.
            read_only_root=not service.exec_enabled,
            drop_capabilities=() if service.exec_enabled else (ecs.Capability.ALL,),
        )
        self.service = Service(
            self,
            "Service",
            name=service.name,
            network=network,
            cluster=cluster,
            load_balancer=load_balancer,
            task=self.task,
            routing=Routing(
                priority=service.routing.priority, hosts=service.routing.hosts, paths=service.routing.paths
            ),
            tasks=translate.scaling(service.scaling),
            target_groups=TargetGroupSettings(health_check=TargetHealthCheck(path=service.health_check_path)),
            deployment=translate.deployment(service.deployment),
            alarms=translate.alarms(service.alarms),
            exec_enabled=service.exec_enabled,
        )
        # With TaskSubnets of the network and ClusterName of the platform, all that a release needs.
        for key, value in self._outputs(service).items():
            cdk.CfnOutput(self, key, value=value)

    def _outputs(self, settings: ServiceSettings) -> dict[str, str]:
        service, groups = self.service, self.service.target_groups
        outputs = {
            "TaskDefinitionArn": self.task.definition.task_definition_arn,
            "ContainerName": self.task.container_name,
            "ContainerPort": str(service.port),
            "TaskSecurityGroup": service.security_group.security_group_id,
            "ServiceName": service.service.service_name,
            "BlueTargetGroup": once.target_group_arn(groups.blue),
            "ProductionRule": service.production_rule.rule_arn,
            "TestRule": service.test_rule.rule_arn,
            "LogGroupName": self.task.log_group.log_group_name,
        }
        if service.deployment:
            # With a rolling update nothing ever goes from one group to the other.
            outputs["GreenTargetGroup"] = once.target_group_arn(groups.green)
        if isinstance(service.deployment, BlueGreenDeployment):
            outputs["ApplicationName"] = service.deployment.application.application_name
            outputs["DeploymentGroupName"] = service.deployment.group.deployment_group_name
            if service.deployment.hooks:
                # A deployment's AppSpec names them; ECS itself finds its hooks in the service.
                outputs["Hooks"] = self.to_json_string(dict(service.deployment.hooks))
        if settings.migration:
            outputs["Migration"] = json.dumps(settings.migration)
        return outputs
