"""What it takes to start the tasks of one job, and to watch them."""

from collections.abc import Mapping, Sequence

from ecs_platform.account.permission import Permission
from ecs_platform.cluster import Cluster
from ecs_platform.place import Place
from ecs_platform.task.task import Task


def starting(task: Task, cluster: Cluster, place: Place) -> Sequence[Permission]:
    """Starting the job in its cluster, with its two roles.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/CWE_IAM_role.html

    Args:
        task: The job's task definition.
        cluster: Where it may run.
        place: Where both are.
    """
    return [
        Permission(
            actions=["ecs:RunTask"],
            # Not the revision alone: a call that is tried again names the one before an update.
            resources=[place.arn("ecs", f"task-definition/{task.family}:*")],
            conditions=_in(cluster),
            because="Revisions of one family, numbered as they are made, and in one cluster alone.",
        ),
        # Tasks take over the tags of their definition, and ECS asks whether the caller may give them.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
        Permission(
            actions=["ecs:TagResource"],
            resources=[place.arn("ecs", "task/*")],
            conditions={"StringEquals": {"ecs:CreateAction": "RunTask"}},
            because="Only while a task is started, and only this job in this cluster can be.",
        ),
        Permission(
            actions=["iam:PassRole"],
            resources=[task.roles.execution_role.role_arn, task.roles.task_role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
    ]


def watching(task: Task, cluster: Cluster, place: Place) -> Sequence[Permission]:
    """Following the job's tasks to their end, reading their log, and stopping them.

    Args:
        task: The job's task definition.
        cluster: Where it runs.
        place: Where both are.
    """
    return [
        Permission(
            actions=["ecs:DescribeTasks", "ecs:StopTask"],
            resources=[place.arn("ecs", "task/*")],
            conditions=_in(cluster),
            because="A task gets the end of its ARN when it starts; the condition names the cluster.",
        ),
        Permission(
            actions=["ecs:DescribeTaskDefinition"],
            resources=["*"],
            because="The action takes no resource, says the Service Authorization Reference.",
        ),
        Permission(actions=["logs:GetLogEvents"], resources=[task.log_group.log_group_arn]),
    ]


# A condition, since the cluster's name may be a token, and the acknowledgement of a resource cannot hold one.
def _in(cluster: Cluster) -> Mapping[str, Mapping[str, str]]:
    return {"ArnEquals": {"ecs:cluster": cluster.cluster.cluster_arn}}
