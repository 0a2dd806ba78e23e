"""A Fargate service behind a shared Network Load Balancer."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.cluster import CapacityShare, Cluster
from ecs_platform.deployment.native import Native, NativeBlueGreen
from ecs_platform.deployment.native_deployment import NetworkNativeDeployment
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy, check_combination
from ecs_platform.load_balancer.listener_rule import RuleRole
from ecs_platform.load_balancer.network_listener import NetworkListener
from ecs_platform.load_balancer.network_load_balancer import NetworkLoadBalancer
from ecs_platform.load_balancer.network_routing import NetworkRouting
from ecs_platform.network.interface import INetwork
from ecs_platform.service.autoscaling import Scaling, autoscale
from ecs_platform.service.discovery import Discovery
from ecs_platform.service.fargate import fargate_service, refuse_counts, task_security_group
from ecs_platform.service.network.alarms import NetworkAlarms, NetworkAlarmThresholds
from ecs_platform.service.network.checks import checked, refuse_application_load_balancer
from ecs_platform.service.network.target_groups import NetworkTargetGroups, NetworkTargetGroupSettings
from ecs_platform.service.network.ways import let_in, open_for_udp
from ecs_platform.service.smoke_tested import smoke_test_of
from ecs_platform.task.task_definition import TaskDefinition


class NetworkLoadBalancedService(Construct):
    """A Fargate service with two target groups, two listeners of its own, scaling, alarms and strategy.

    CloudFormation owns the shape, starts each deployment and waits for its end. The listeners keep the
    weights that a deployment gave them, whatever a stack update changes: docs/decisions/nlb-listener.md.

    ECS adds ten minutes to each stage that moves traffic, because a Network Load Balancer is slow to follow
    its own weights. Connections that are open stay where they are until they close, or the old tasks go.

    Args:
        name: The service's name in ECS.
        network: Where tasks run, always without a public address.
        cluster: The cluster; its default capacity provider strategy decides between Fargate and Spot.
        load_balancer: The shared load balancer.
        task: What a task is. Its container listens on a port; where clients come over UDP, that port is
            opened for it too.
        routing: The ports for clients and for those who test, protocol and certificate.
        tasks: The bounds and targets of scaling, or a fixed number of tasks. With scaling the template holds
            no desired count, so an update never resets it. Nothing counts requests here.
        target_groups: Health check, deregistration and client addresses of both groups.
        health_check_grace_period_seconds: How long a new task may fail its health check before it is
            replaced, from 0. 60 by default.
        deployment: How a new revision takes over: `NativeBlueGreen()` by default, `NativeLinear(...)`,
            `NativeCanary(...)` or `RollingUpdate()`. `CodeDeployBlueGreen` is refused: behind this load
            balancer CodeDeploy moves all traffic at once and nothing else, which ECS does as well.
        alarms: When the alarms that stop a deployment fire.
        own_alarms: Alarms of the application's own that stop it too: the load balancer sees no errors but
            lost connections. By default none.
        capacity: How this service's tasks are shared between Fargate and Fargate Spot. By default as the
            cluster says.
        discovery: The DNS name of its tasks. By default none.
        platform_version: Fargate's platform version. By default the latest when a task starts.
        exec_enabled: Whether people may run commands in its tasks. By default they may not.

    Raises:
        ConfigurationError: A task without a port, a number that ECS does not take, CodeDeploy, a deployment
            that would outlast CloudFormation, a smoke test over UDP, scaling by requests, or a port that
            another service has.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/nlb.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/nlb-resources-for-blue-green.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        network: INetwork,
        cluster: Cluster,
        load_balancer: NetworkLoadBalancer,
        task: TaskDefinition,
        routing: NetworkRouting,
        tasks: Scaling | int,
        target_groups: NetworkTargetGroupSettings | None = None,
        health_check_grace_period_seconds: int = 60,
        deployment: Strategy | None = None,
        alarms: NetworkAlarmThresholds | None = None,
        own_alarms: Sequence[cloudwatch.CfnAlarm] = (),
        capacity: CapacityShare | None = None,
        discovery: Discovery | None = None,
        platform_version: ecs.FargatePlatformVersion | None = None,
        exec_enabled: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        settings = target_groups or NetworkTargetGroupSettings()
        refuse_counts(tasks, grace_seconds=health_check_grace_period_seconds, of="NetworkLoadBalancedService")
        refuse_application_load_balancer(load_balancer)
        self.port, strategy = checked(task, deployment or NativeBlueGreen(), routing.protocol)
        check_combination(
            strategy,
            fewest_tasks=tasks if isinstance(tasks, int) else tasks.fewest_tasks,
            service_connect=False,
            discovery=discovery is not None,
            capacity=capacity is not None,
        )
        rolling = isinstance(strategy, RollingUpdate)

        self.target_groups = NetworkTargetGroups(
            self,
            "TargetGroups",
            vpc=network.vpc,
            port=self.port,
            protocol=routing.protocol,
            settings=settings,
            load_balancer_full_name=load_balancer.full_name,
        )
        self.production_listener, self.test_listener = self._listeners(load_balancer, routing)
        self.security_group = task_security_group(
            self,
            vpc=network.vpc,
            description=f"Tasks of {name}: in from the network load balancer, out to AWS.",
        )
        watched = NetworkAlarms(
            self,
            "Alarms",
            groups=self.target_groups,
            protocol=routing.protocol,
            thresholds=alarms or NetworkAlarmThresholds(),
            tasks_in_both=rolling,
        )
        self.alarms = [*watched.alarms, *own_alarms]
        open_for_udp(task, self.port, routing.protocol)
        self.service, resource, self.connections = fargate_service(
            self,
            name=name,
            network=network,
            cluster=cluster,
            task=task,
            security_group=self.security_group,
            desired_count=tasks if isinstance(tasks, int) else None,
            grace_seconds=health_check_grace_period_seconds,
            settings=strategy.settings(self.alarms),
            capacity=capacity,
            discovery=discovery,
            platform_version=platform_version,
            exec_enabled=exec_enabled,
        )
        let_in(
            self.connections,
            load_balancer,
            protocol=routing.protocol,
            port=self.port,
            health_check_port=settings.health_check.port,
        )
        # A deployment that moves traffic brings green in; ECS takes one group for it.
        self.target_groups.blue.add_target(self.service)
        if rolling:
            # Whichever group the listeners point at: the tasks stand behind it.
            # docs/decisions/rolling-behind-both-groups.md
            self.target_groups.green.add_target(self.service)
        # ECS refuses a target group that stands behind no load balancer.
        self.service.node.add_dependency(self.production_listener, self.test_listener)

        if isinstance(tasks, Scaling):
            autoscale(self, self.service, scaling=tasks)
        self.deployment: NetworkNativeDeployment | None = None
        if not isinstance(strategy, RollingUpdate):
            self.deployment = self._deployment(
                strategy, resource, name=name, network=network, cluster=cluster, task=task
            )

    def _listeners(
        self, load_balancer: NetworkLoadBalancer, routing: NetworkRouting
    ) -> tuple[NetworkListener, NetworkListener]:
        load_balancer.admit(self, routing)
        production, test = (
            NetworkListener(
                self,
                id_,
                listeners=load_balancer.listeners,
                role=role,
                routing=routing,
                blue=self.target_groups.blue,
                green=self.target_groups.green,
            )
            for id_, role in (
                ("ProductionListener", RuleRole.PRODUCTION),
                ("TestListener", RuleRole.TEST),
            )
        )
        # A test listener without a sibling to copy weights from takes the production listener's.
        test.node.add_dependency(production)
        return production, test

    def _deployment(
        self,
        strategy: Native,
        resource: ecs.CfnService,
        *,
        name: str,
        network: INetwork,
        cluster: Cluster,
        task: TaskDefinition,
    ) -> NetworkNativeDeployment:
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
        if smoke_test:
            # A stack update deploys, so what it is asked by must be there before.
            self.service.node.add_dependency(smoke_test)
        return NetworkNativeDeployment(
            self,
            "Native",
            resource=resource,
            service_name=name,
            group_arns=self.target_groups.arns,
            production_listener_arn=self.production_listener.listener_arn,
            test_listener_arn=self.test_listener.listener_arn,
            strategy=strategy,
            smoke_test=smoke_test,
        )
