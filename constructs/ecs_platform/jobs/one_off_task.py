"""A task that runs when somebody starts it, and ends."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ecs_platform import once
from ecs_platform.account.permission import Permission
from ecs_platform.cluster import Cluster
from ecs_platform.jobs.permissions import starting, watching
from ecs_platform.network.interface import INetwork
from ecs_platform.place import place_of
from ecs_platform.task.task_definition import TaskDefinition


class OneOffTask(Construct):
    """A task definition without a service: where its tasks run, and what it takes to start one.

    Nothing runs, and nothing is paid for, until a person, a pipeline or a ScheduledTask starts it. Nothing
    reaches its tasks, and they reach HTTPS, as a service's do; open more with
    `job.connections.allow_to(...)`.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-task-create.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        network: Where its tasks run, always without a public address.
        cluster: The cluster they run in.
        task: What a task is.
    """

    def __init__(
        self, scope: Construct, id_: str, *, network: INetwork, cluster: Cluster, task: TaskDefinition
    ) -> None:
        super().__init__(scope, id_)
        self.task = task
        self.cluster = cluster
        self.subnets: Sequence[ec2.ISubnet] = network.task_subnets
        self.security_group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=network.vpc,
            description=f"Tasks of {task.family}: in from nowhere, out to AWS.",
            allow_all_outbound=False,
        )
        self.security_group.add_egress_rule(once.any_ipv4(), once.tcp(443), "AWS and HTTPS")
        self.connections = self.security_group.connections
        task.connect(self.connections)

    @property
    def outputs(self) -> Mapping[str, str]:
        """What a command needs to start a task and follow it, by the names of stack outputs."""
        return {
            "ClusterName": once.cluster_name(self.cluster.cluster),
            "TaskDefinitionArn": self.task.definition.task_definition_arn,
            "TaskFamily": self.task.family,
            "ContainerName": self.task.container_name,
            "TaskSubnets": ",".join(subnet.subnet_id for subnet in self.subnets),
            "TaskSecurityGroup": self.security_group.security_group_id,
            "LogGroupName": self.task.log_group.log_group_name,
        }

    @property
    def run_policy(self) -> Sequence[Permission]:
        """What a person or a pipeline needs to start this job, and to follow or stop what runs here."""
        place = place_of(self)
        return [*starting(self.task, self.cluster, place), *watching(self.task, self.cluster, place)]
