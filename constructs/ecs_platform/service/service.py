"""A Fargate service behind a shared load balancer, released blue/green."""

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.cluster import Cluster
from ecs_platform.deployment.alarms import Alarms, AlarmThresholds
from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.code_deploy import BlueGreenDeployment
from ecs_platform.load_balancer.listener_rule import ListenerRule, RuleRole
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.network.interface import INetwork
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling, autoscale
from ecs_platform.service.target_groups import TargetGroups, TargetGroupSettings
from ecs_platform.task.task_definition import TaskDefinition

_GRACE_LIMIT_SECONDS = 2_147_483_647


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Which requests of the shared load balancer are this service's.

    Args:
        priority: The rule's place among all rules of the load balancer, 1 to 50,000, the lowest first.
        hosts: Host names, wildcards allowed. Any by default.
        paths: Paths, wildcards allowed. Any by default; at least one host or path is needed.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
    """

    priority: int
    hosts: Sequence[str] = ()
    paths: Sequence[str] = ()


class Service(Construct):
    """A Fargate service with two target groups, its listener rules, scaling, alarms and deployment group.

    CloudFormation owns the shape; which revision is live and where traffic goes is CodeDeploy's. So the
    template names the task definition by family, and no stack update starts, stops or moves anything.

    Args:
        name: The service's name in ECS, CodeDeploy and on the command line.
        network: Where tasks run, always without a public address.
        cluster: The cluster; its default capacity provider strategy decides between Fargate and Spot.
        load_balancer: The shared load balancer.
        task: What a task is.
        routing: Which requests are this service's.
        tasks: The bounds and targets of scaling, or a fixed number of tasks. With scaling the template holds
            no desired count, so an update never resets it: ECS starts the first task, and Application Auto
            Scaling raises the count to the lower bound at once.
        target_groups: Health check and deregistration delay of both groups.
        health_check_grace_period_seconds: How long a new task may fail its health check before it is
            replaced, from 0. 60 by default.
        deployment: How a release moves traffic.
        alarms: When the alarms that stop a deployment fire.

    Raises:
        ConfigurationError: A grace period or number of tasks that ECS does not take.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        network: INetwork,
        cluster: Cluster,
        load_balancer: LoadBalancer,
        task: TaskDefinition,
        routing: Routing,
        tasks: Scaling | int,
        target_groups: TargetGroupSettings | None = None,
        health_check_grace_period_seconds: int = 60,
        deployment: CodeDeployBlueGreen | None = None,
        alarms: AlarmThresholds | None = None,
    ) -> None:
        super().__init__(scope, id_)
        _refuse_counts(tasks, health_check_grace_period_seconds)
        strategy = deployment or CodeDeployBlueGreen()

        self.production_listener = load_balancer.production_listener
        self.test_listener = load_balancer.test_listener
        self.target_groups = TargetGroups(
            self,
            "TargetGroups",
            vpc=network.vpc,
            port=task.port,
            settings=target_groups or TargetGroupSettings(),
            load_balancer_full_name=load_balancer.load_balancer.load_balancer_full_name,
        )
        self.production_rule, self.test_rule = (
            ListenerRule(
                self,
                id_,
                rules=load_balancer.rules,
                listener=listener,
                role=role,
                priority=routing.priority,
                hosts=routing.hosts,
                paths=routing.paths,
                blue=self.target_groups.blue,
                green=self.target_groups.green,
            )
            for id_, listener, role in (
                ("ProductionRule", self.production_listener, RuleRole.PRODUCTION),
                ("TestRule", self.test_listener, RuleRole.TEST),
            )
        )
        # A test rule without a sibling to copy weights from takes the production rule's.
        self.test_rule.node.add_dependency(self.production_rule)

        self.security_group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=network.vpc,
            description=f"Tasks of {name}: in from the load balancer, out to AWS.",
            allow_all_outbound=False,
        )
        # HTTPS is all that a task needs of AWS; open more with `service.connections.allow_to(...)`.
        self.security_group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS and HTTPS")
        self.service = self._service(
            name=name,
            subnets=network.task_subnets,
            cluster=cluster,
            task=task,
            desired_count=tasks if isinstance(tasks, int) else None,
            grace_period=cdk.Duration.seconds(health_check_grace_period_seconds),
        )
        self.connections = self.service.connections
        self.connections.allow_from(
            load_balancer.load_balancer, ec2.Port.tcp(task.port), "load balancer to tasks"
        )
        # CodeDeploy brings green in with the first release; ECS takes one group for a CODE_DEPLOY service.
        self.target_groups.blue.add_target(
            self.service.load_balancer_target(container_name=task.container_name, container_port=task.port)
        )
        # ECS refuses a target group that stands behind no load balancer.
        self.service.node.add_dependency(self.production_rule, self.test_rule)

        if isinstance(tasks, Scaling):
            autoscale(self, self.service, scaling=tasks, groups=self.target_groups)
        self.alarms = Alarms(
            self, "Alarms", groups=self.target_groups, thresholds=alarms or AlarmThresholds()
        ).alarms
        self.deployment = BlueGreenDeployment(
            self,
            "Deployment",
            service=self.service,
            service_name=name,
            task_roles=[task.roles.execution_role, task.roles.task_role],
            groups=self.target_groups,
            production_listener=self.production_listener,
            test_listener=self.test_listener,
            rule_arns=[self.production_rule.rule_arn, self.test_rule.rule_arn],
            alarms=self.alarms,
            strategy=strategy,
        )

    def _service(
        self,
        *,
        name: str,
        subnets: Sequence[ec2.ISubnet],
        cluster: Cluster,
        task: TaskDefinition,
        desired_count: int | None,
        grace_period: cdk.Duration,
    ) -> ecs.FargateService:
        service = ecs.FargateService(
            self,
            "Service",
            service_name=name,
            cluster=cluster.cluster,
            task_definition=task.definition,
            deployment_controller=ecs.DeploymentController(type=ecs.DeploymentControllerType.CODE_DEPLOY),
            desired_count=desired_count,
            min_healthy_percent=100,
            max_healthy_percent=200,
            assign_public_ip=False,
            # ECS lets nobody change the subnets of a CODE_DEPLOY service; each release says anew where its
            # tasks run. So the service is created in the first two zones, and a zone added later needs no
            # write that ECS refuses. docs/decisions/first-two-zones.md
            vpc_subnets=ec2.SubnetSelection(subnets=list(subnets)[:2]),
            security_groups=[self.security_group],
            health_check_grace_period=grace_period,
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
        )
        # The L2 writes LaunchType FARGATE, which would shut out the cluster's default strategy; a strategy
        # written here could never be changed again under CODE_DEPLOY.
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
        resource = service.node.default_child
        assert isinstance(resource, ecs.CfnService)  # noqa: S101 - narrows a type, the L2 promises it
        resource.add_property_deletion_override("LaunchType")
        return service


def _refuse_counts(tasks: Scaling | int, grace_seconds: int) -> None:
    if isinstance(tasks, int) and tasks < 0:
        raise ConfigurationError(
            f"A service cannot run {tasks} tasks.",
            allowed="0 or more, or Scaling(...).",
            where="Service(tasks=...).",
        )
    if not 0 <= grace_seconds <= _GRACE_LIMIT_SECONDS:
        raise ConfigurationError(
            f"The grace period is {grace_seconds} seconds.",
            allowed=f"0 to {_GRACE_LIMIT_SECONDS}.",
            where="Service(health_check_grace_period_seconds=...).",
        )
