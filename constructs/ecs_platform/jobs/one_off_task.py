"""A task that runs when somebody starts it, and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ecs_platform import once
from ecs_platform.account.permission import Permission
from ecs_platform.jobs.job_checks import place_mistakes
from ecs_platform.jobs.permissions import starting, watching
from ecs_platform.mistakes import refuse
from ecs_platform.place import place_of
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.network_mode import NetworkMode

if TYPE_CHECKING:
    # What runs on machines is not loaded for a job on Fargate.
    from ecs_platform.capacity.ec2_capacity import Ec2Capacity
    from ecs_platform.cluster import Cluster
    from ecs_platform.network.interface import INetwork
    from ecs_platform.task.machines.ec2_task_definition import Ec2TaskDefinition
    from ecs_platform.task.machines.external_task_definition import ExternalTaskDefinition
    from ecs_platform.task.task_definition import TaskDefinition


class OneOffTask(Construct):
    """A task definition without a service: where its tasks run, and what it takes to start one.

    Nothing runs, and nothing is paid for, until a person, a pipeline or a ScheduledTask starts it. Nothing
    reaches its tasks, and they reach HTTPS, as a service's do; open more with
    `job.connections.allow_to(...)`.

    On instances, a task in bridge or host mode shares the interface and the security group of its instance,
    and starts one if none has room. On machines outside AWS it takes any that its task definition's
    constraints admit.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-task-create.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        cluster: The cluster they run in.
        task: What a task is.
        network: Where its tasks run, always without a public address. Tasks in bridge and host mode run where
            their instance is and need none, and external ones take none.
        capacity: The instances that an Ec2TaskDefinition runs on. By default none: Fargate, or machines
            outside AWS.

    Attributes:
        subnets: Where tasks with an interface of their own run; otherwise empty.
        security_group: The group of tasks with an interface of their own; otherwise None.

    Raises:
        ConfigurationError: A task definition without what it runs on, or with what it cannot run on; all that
            is wrong.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: Cluster,
        task: TaskDefinition | Ec2TaskDefinition | ExternalTaskDefinition,
        network: INetwork | None = None,
        capacity: Ec2Capacity | None = None,
    ) -> None:
        super().__init__(scope, id_)
        refuse(place_mistakes(task, network=network, cluster=cluster, capacity=capacity))
        self.task = task
        self.cluster = cluster
        self.capacity = capacity
        self.subnets: Sequence[ec2.ISubnet] = ()
        self.security_group: ec2.SecurityGroup | None = None
        self._connections = capacity.connections if capacity else None
        if network and task.network_mode is NetworkMode.AWSVPC:
            self.subnets = network.task_subnets
            self.security_group = ec2.SecurityGroup(
                self,
                "SecurityGroup",
                vpc=network.vpc,
                description=f"Tasks of {task.family}: in from nowhere, out to AWS.",
                allow_all_outbound=False,
            )
            self.security_group.add_egress_rule(once.any_ipv4(), once.tcp(443), "AWS and HTTPS")
            self._connections = self.security_group.connections
        if self._connections:
            task.connect(self._connections)

    @property
    def external(self) -> bool:
        """Whether its tasks run outside AWS."""
        return self.task.compatibility is Compatibility.EXTERNAL

    @property
    def connections(self) -> ec2.Connections:
        """Opens what its tasks reach, and what reaches them; in bridge and host mode for their instances.

        Raises:
            ConfigurationError: Its tasks run outside AWS.
        """
        if self._connections:
            return self._connections
        raise ConfigurationError(
            f"Tasks of {self.task.family} run on external instances, which have no security group.",
            allowed="rules of the network that the machines stand in.",
            where="OneOffTask.connections",
        )

    @property
    def outputs(self) -> Mapping[str, str]:
        """What a command needs to start a task and follow it, by the names of stack outputs.

        There are TaskSubnets and TaskSecurityGroup where a task has an interface of its own. RunTask takes
        CapacityProvider or LaunchType where there is one of them, and launch type FARGATE otherwise.
        """
        outputs = {
            "ClusterName": once.cluster_name(self.cluster.cluster),
            "TaskDefinitionArn": self.task.definition.task_definition_arn,
            "TaskFamily": self.task.family,
            "ContainerName": self.task.container_name,
        }
        if self.security_group:
            outputs["TaskSubnets"] = ",".join(subnet.subnet_id for subnet in self.subnets)
            outputs["TaskSecurityGroup"] = self.security_group.security_group_id
        outputs["LogGroupName"] = self.task.log_group.log_group_name
        if self.capacity:
            outputs["CapacityProvider"] = self.capacity.provider_name
        if self.external:
            outputs["LaunchType"] = "EXTERNAL"
        return outputs

    @property
    def run_policy(self) -> Sequence[Permission]:
        """What a person or a pipeline needs to start this job, and to follow or stop what runs here."""
        place = place_of(self)
        return [*starting(self.task, self.cluster, place), *watching(self.task, self.cluster, place)]
