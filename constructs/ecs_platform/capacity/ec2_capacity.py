"""EC2 instances that a cluster's services can run on."""

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.capacity.agent import AgentConfig, PortRange
from ecs_platform.capacity.agent_role import EVERY_RESOURCE, agent_statements, session_statement
from ecs_platform.capacity.ec2_checks import check_capacity
from ecs_platform.capacity.image import Ec2Image
from ecs_platform.capacity.instances import Instances
from ecs_platform.capacity.scaling import InstanceReplacement, ManagedScaling, Spot
from ecs_platform.cluster import Cluster
from ecs_platform.network.interface import INetwork
from ecs_platform.network.reach import AwsService
from ecs_platform.network.ways_out import wait_for_ways_out
from ecs_platform.task.architecture import Architecture


class Ec2Capacity(Construct):
    """Container instances in an Auto Scaling group, and the capacity provider that scales them by need.

    Instances run in the task subnets without a public address, an SSH key or an open port, on encrypted
    volumes, and their credentials are out of reach for tasks: tokens of the metadata service do not travel as
    far as a bridge-mode container, and the agent keeps awsvpc tasks from it. Tasks in host mode stand where
    the agent stands and cannot be kept out.

    ECS adds and removes instances as tasks need them, drains each before it goes, and scales in none that
    runs a task. A deployment that changes the image, the agent's file or the types replaces the instances in
    batches.

    The provider stands beside Fargate in the cluster, whose default strategy stays as it is: a service that
    wants it says so. Follows
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ec2-security-considerations.html

    Args:
        cluster: The cluster, in the same stack: group and cluster name each other.
        network: Where the instances run.
        image: What they start from.
        instance_types: Types the image starts on, such as `m7g.large`. Several share the capacity, in order
            of preference without Spot; let them be of one size, because ECS reckons with it.
        max_instances: The most there may be, from 1.
        min_instances: The fewest, from 0. 0 by default: without tasks there are none.
        name: The provider's name, which must not begin with aws, ecs or fargate. By default CloudFormation
            makes one.
        agent: The agent's options. By default those of `AgentConfig()`.
        scaling: How ECS scales. By default as `ManagedScaling()` says.
        replacement: How a deployment replaces instances. By default as `InstanceReplacement()` says.
        spot: Which part is Spot. By default none is.
        volume_gib: The size in GiB of the root volume, which holds images and containers, 30 to 16384. 30
            by default.
        termination_protection: Whether instances that run tasks of services or jobs are kept until these end.
            On by default; docs/capacity.md says what to do before the stack is deleted.
        tasks_see_instance_credentials: Whether tasks can reach the metadata service, and with it the
            instance's role. Off by default.
        session_manager: Whether Session Manager may open a shell on the instances. Off by default.
        health_check_grace_seconds: How long a new instance may fail EC2's checks, 0 to 7200. 300 by default.
        notifications: A topic for the group's launches and terminations. By default there is none.

    Attributes:
        provider_name: What a capacity provider strategy calls this capacity.
        connections: Opens ports of the instances, which tasks in bridge and host mode share.
        exports: What services in other stacks import; export all of it whether used or not.

    Raises:
        ConfigurationError: Types that do not go with the image, numbers out of range, or another stack than
            the cluster's.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: Cluster,
        network: INetwork,
        image: Ec2Image,
        instance_types: Sequence[str],
        max_instances: int,
        min_instances: int = 0,
        name: str | None = None,
        agent: AgentConfig | None = None,
        scaling: ManagedScaling | None = None,
        replacement: InstanceReplacement | None = None,
        spot: Spot | None = None,
        volume_gib: int = 30,
        termination_protection: bool = True,
        tasks_see_instance_credentials: bool = False,
        session_manager: bool = False,
        health_check_grace_seconds: int = 300,
        notifications: sns.ITopic | None = None,
    ) -> None:
        super().__init__(scope, id_)
        check_capacity(
            self,
            cluster=cluster,
            image=image,
            instance_types=instance_types,
            min_instances=min_instances,
            max_instances=max_instances,
            name=name,
            spot=spot,
            volume_gib=volume_gib,
            health_check_grace_seconds=health_check_grace_seconds,
        )
        self.cluster = cluster
        self.image = image
        self._agent = agent or AgentConfig()
        scale = scaling or ManagedScaling()
        # Every Spot instance is taken away some day; its services must not learn it from a broken connection.
        settings = {
            **self._agent.settings,
            "ECS_AWSVPC_BLOCK_IMDS": "false" if tasks_see_instance_credentials else "true",
            "ECS_ENABLE_SPOT_INSTANCE_DRAINING": "true" if spot else "false",
        }

        network.reach(AwsService.ECS, AwsService.ECS_AGENT, AwsService.ECS_TELEMETRY)
        if session_manager:
            network.reach(AwsService.SSM, AwsService.SSM_MESSAGES)
        self.security_group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=network.vpc,
            description="Container instances: in from nowhere, out to AWS.",
            allow_all_outbound=False,
        )
        self.security_group.add_egress_rule(once.any_ipv4(), once.tcp(443), "AWS and HTTPS")
        self.connections = self.security_group.connections
        self.role = self._role(drains_itself=spot is not None, session_manager=session_manager)
        self.group = Instances(
            self,
            "Instances",
            network=network,
            # CDK's cluster adds statements of its own to a role it may change.
            role=self.role.without_policy_updates(),
            security_group=cast("ec2.ISecurityGroup", self.security_group),
            image=image,
            instance_types=instance_types,
            user_data=_user_data(settings),
            min_instances=min_instances,
            max_instances=max_instances,
            spot=spot,
            replacement=replacement or InstanceReplacement(),
            warmup_seconds=scale.warmup_seconds,
            volume_gib=volume_gib,
            hop_limit=2 if tasks_see_instance_credentials else 1,
            health_check_grace_seconds=health_check_grace_seconds,
            notifications=notifications,
        ).group
        wait_for_ways_out(network, self.group)
        self._provider = self._capacity_provider(name, scale, termination_protection)

    @property
    def provider_name(self) -> str:
        """What a capacity provider strategy calls this capacity."""
        return self._provider.capacity_provider_name

    @property
    def architecture(self) -> Architecture:
        """The instances' processor, which the tasks' must be."""
        return self.image.architecture

    @property
    def gpu(self) -> bool:
        """Whether tasks can ask for GPUs."""
        return self.image.gpu

    @property
    def privileged(self) -> bool:
        """Whether containers may be privileged."""
        return self._agent.allow_privileged

    @property
    def dynamic_ports(self) -> PortRange:
        """The host's ports that bridge mode maps dynamically: what a load balancer must reach."""
        return self._agent.dynamic_ports

    @property
    def reserved_ports(self) -> Sequence[int]:
        """The host's ports that its agents were told to keep from tasks."""
        return self._agent.reserved_ports

    @property
    def exports(self) -> Sequence[str]:
        """What services' stacks may import; a stack exports all of it whether used or not."""
        return [self.provider_name, self.security_group.security_group_id]

    def _role(self, *, drains_itself: bool, session_manager: bool) -> iam.Role:
        statements = [*agent_statements(self.cluster, drains_itself=drains_itself)]
        if session_manager:
            statements.append(session_statement())
        role = iam.Role(
            self,
            "Role",
            description="Container instances: join one cluster and report to it.",
            assumed_by=cast("iam.IPrincipal", iam.ServicePrincipal("ec2.amazonaws.com")),
            inline_policies={"Agent": iam.PolicyDocument(statements=statements)},
        )
        acknowledge(role, {"AwsSolutions-IAM5[Resource::*]": EVERY_RESOURCE})
        return role

    def _capacity_provider(
        self, name: str | None, scaling: ManagedScaling, termination_protection: bool
    ) -> ecs.AsgCapacityProvider:
        provider = ecs.AsgCapacityProvider(
            self,
            "Provider",
            auto_scaling_group=cast("autoscaling.IAutoScalingGroup", self.group),
            capacity_provider_name=name,
            enable_managed_scaling=True,
            target_capacity_percent=scaling.target_percent,
            minimum_scaling_step_size=scaling.smallest_step,
            maximum_scaling_step_size=scaling.largest_step,
            instance_warmup_period=scaling.warmup_seconds,
            enable_managed_termination_protection=termination_protection,
            # In place of the Lambda function that CDK once drained with.
            # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html
            enable_managed_draining=True,
        )
        self.cluster.cluster.add_asg_capacity_provider(provider)
        return provider


def _user_data(settings: Mapping[str, str]) -> ec2.UserData:
    # The agent starts after the user data has run. CDK's cluster appends ECS_CLUSTER. The quoted word keeps
    # the shell from reading the values.
    user_data = ec2.UserData.for_linux()
    lines = [f"{name}={value}" for name, value in sorted(settings.items())]
    user_data.add_commands("cat <<'END' >> /etc/ecs/ecs.config", *lines, "END")
    return user_data
