"""A Fargate service behind a shared load balancer, released by the strategy of its choice."""

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import once
from ecs_platform.cluster import CapacityShare, Cluster
from ecs_platform.deployment.alarms import Alarms, AlarmThresholds
from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.code_deploy import BlueGreenDeployment
from ecs_platform.deployment.native import Native
from ecs_platform.deployment.native_deployment import NativeDeployment
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy, check_combination
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.network.interface import INetwork
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling, autoscale
from ecs_platform.service.calls import Called, let_call
from ecs_platform.service.discovery import Discovery
from ecs_platform.service.fargate import fargate_service, refuse_counts, task_security_group
from ecs_platform.service.routing import Routing
from ecs_platform.service.service_connect import ServiceConnect
from ecs_platform.service.smoke_tested import smoke_test_of
from ecs_platform.service.target_groups import TargetGroups, TargetGroupSettings
from ecs_platform.task.task_definition import TaskDefinition


class Service(Construct):
    """A Fargate service with two target groups, its listener rules, scaling, alarms and strategy.

    CloudFormation owns the shape. With CodeDeploy a release decides which revision is live, so the template
    names the task definition by family, and no stack update starts, stops or moves anything. With every other
    strategy the template names the revision, and CloudFormation starts its deployment and waits for the end.

    Target groups and rules are the same with every strategy and keep their ids, so that another strategy
    replaces none of them; docs/strategies.md says which steps a change takes.

    Args:
        name: The service's name in ECS, CodeDeploy and on the command line.
        network: Where tasks run, always without a public address.
        cluster: The cluster; its default capacity provider strategy decides between Fargate and Spot.
        load_balancer: The shared load balancer.
        task: What a task is. Its container listens on a port.
        routing: Which requests are this service's.
        tasks: The bounds and targets of scaling, or a fixed number of tasks. With scaling the template holds
            no desired count, so an update never resets it: ECS starts the first task, and Application Auto
            Scaling raises the count to the lower bound at once.
        target_groups: Health check and deregistration delay of both groups.
        health_check_grace_period_seconds: How long a new task may fail its health check before it is
            replaced, from 0. 60 by default.
        deployment: How a new revision takes over. `CodeDeployBlueGreen()` by default.
        alarms: When the alarms that stop a deployment fire.
        capacity: How this service's tasks are shared between Fargate and Fargate Spot. By default as the
            cluster says; not with CodeDeploy.
        service_connect: Its place among the services of a namespace. By default none; not with CodeDeploy.
        discovery: The DNS name of its tasks, which goes past the load balancer. By default none; not with
            CodeDeploy.
        platform_version: Fargate's platform version. By default the latest when a task starts; not with
            CodeDeploy, whose releases take the latest.
        exec_enabled: Whether people may run commands in its tasks. By default they may not.

    Raises:
        ConfigurationError: A task without a port, a grace period or number of tasks that ECS does not take,
            or values that do not go together.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service-options.html
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
        deployment: Strategy | None = None,
        alarms: AlarmThresholds | None = None,
        capacity: CapacityShare | None = None,
        service_connect: ServiceConnect | None = None,
        discovery: Discovery | None = None,
        platform_version: ecs.FargatePlatformVersion | None = None,
        exec_enabled: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.port = _port_of(task)
        refuse_counts(tasks, grace_seconds=health_check_grace_period_seconds, of="Service")
        strategy = deployment or CodeDeployBlueGreen()
        check_combination(
            strategy,
            fewest_tasks=tasks if isinstance(tasks, int) else tasks.fewest_tasks,
            service_connect=service_connect is not None,
            discovery=discovery is not None,
            capacity=capacity is not None,
            platform_version=platform_version is not None,
        )

        self.target_groups = TargetGroups(
            self,
            "TargetGroups",
            vpc=network.vpc,
            port=self.port,
            settings=target_groups or TargetGroupSettings(),
            load_balancer_full_name=once.load_balancer_full_name(load_balancer.load_balancer),
        )
        self.production_rule, self.test_rule = routing.rules(self, load_balancer, self.target_groups)
        self.production_listener = load_balancer.production_listener
        self.test_listener = load_balancer.test_listener

        self.security_group = task_security_group(
            self, vpc=network.vpc, description=f"Tasks of {name}: in from the load balancer, out to AWS."
        )
        by_code_deploy, rolling = (
            isinstance(strategy, kind) for kind in (CodeDeployBlueGreen, RollingUpdate)
        )
        self.alarms = Alarms(
            self,
            "Alarms",
            groups=self.target_groups,
            thresholds=alarms or AlarmThresholds(),
            tasks_in_both=rolling,
        ).alarms
        self.service, resource, self.connections = fargate_service(
            self,
            name=name,
            network=network,
            # ECS lets nobody change the subnets of a CODE_DEPLOY service; each release says anew where its
            # tasks run. So the service is created in the first two zones, and a zone added later needs no
            # write that ECS refuses. docs/decisions/first-two-zones.md
            subnets=network.task_subnets[:2] if by_code_deploy else None,
            cluster=cluster,
            task=task,
            security_group=self.security_group,
            desired_count=tasks if isinstance(tasks, int) else None,
            grace_seconds=health_check_grace_period_seconds,
            settings=strategy.settings(self.alarms),
            capacity=capacity,
            service_connect=service_connect,
            discovery=discovery,
            platform_version=platform_version,
            exec_enabled=exec_enabled,
        )
        self.connections.allow_from(
            load_balancer.load_balancer, once.tcp(self.port), "load balancer to tasks"
        )
        # A deployment that moves traffic brings green in; ECS takes one group for it.
        self.target_groups.blue.add_target(self.service)
        if rolling:
            # Whichever group the rules point at, now or after another strategy: the tasks stand behind it.
            # docs/decisions/rolling-behind-both-groups.md
            self.target_groups.green.add_target(self.service)
        # ECS refuses a target group that stands behind no load balancer.
        self.service.node.add_dependency(self.production_rule, self.test_rule)

        if isinstance(tasks, Scaling):
            autoscale(self, self.service, scaling=tasks, groups=self.target_groups)
        self.deployment: BlueGreenDeployment | NativeDeployment | None = None
        if not isinstance(strategy, RollingUpdate):
            self.deployment = self._deployment(
                strategy, resource, name=name, network=network, cluster=cluster, task=task
            )

    def calls(self, called: Called, *, port: int | None = None, wait: bool = True) -> None:
        """Let this service's tasks reach those of another, by whatever name they call them.

        Args:
            called: The other service.
            port: The TCP port its tasks listen on. By default its application's.
            wait: Whether CloudFormation deploys it before this one, as it does by default: Service Connect
                tells a task the names that are there when it starts. Not for the second of two services that
                call each other.

        Raises:
            ConfigurationError: The other listens on no port, or waits for this one.
        """
        let_call(self, called, port=port, wait=wait)

    def _deployment(
        self,
        strategy: CodeDeployBlueGreen | Native,
        resource: ecs.CfnService,
        *,
        name: str,
        network: INetwork,
        cluster: Cluster,
        task: TaskDefinition,
    ) -> BlueGreenDeployment | NativeDeployment:
        smoke_test = smoke_test_of(
            self,
            strategy.smoke_test,
            network=network,
            security_group=self.security_group,
            port=self.port,
            cluster=cluster,
            service_name=name,
            task=task,
        )
        match strategy:
            case CodeDeployBlueGreen():
                return BlueGreenDeployment(
                    self,
                    "Deployment",
                    service=self.service,
                    service_name=name,
                    cluster_name=once.cluster_name(cluster.cluster),
                    task_roles=[task.roles.execution_role, task.roles.task_role],
                    groups=self.target_groups,
                    production_listener=self.production_listener,
                    test_listener=self.test_listener,
                    rule_arns=[self.production_rule.rule_arn, self.test_rule.rule_arn],
                    alarms=self.alarms,
                    strategy=strategy,
                    smoke_test=smoke_test,
                )
            case _:
                if smoke_test:
                    # A stack update deploys, so what it is asked by must be there before.
                    self.service.node.add_dependency(smoke_test)
                return NativeDeployment(
                    self,
                    # Another id than CodeDeploy's, so that neither's role ever becomes the other's.
                    "Native",
                    resource=resource,
                    service_name=name,
                    groups=self.target_groups,
                    production_listener=self.production_listener,
                    test_listener=self.test_listener,
                    production_rule_arn=self.production_rule.rule_arn,
                    test_rule_arn=self.test_rule.rule_arn,
                    strategy=strategy,
                    smoke_test=smoke_test,
                )


def _port_of(task: TaskDefinition) -> int:
    if task.port is None:
        raise ConfigurationError(
            f"The task {task.family} has no port, so no load balancer reaches it.",
            allowed="a task definition with a port, or OneOffTask for a task that listens nowhere.",
            where="TaskDefinition(port=...).",
        )
    return task.port
