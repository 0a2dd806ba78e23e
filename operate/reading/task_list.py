"""All tasks of one kind, however many pages they take."""

from collections.abc import Mapping, Sequence
from typing import Any

from operate.aws import Aws, explained


def list_tasks(aws: Aws, cluster: str, doing: str, **which: str) -> Sequence[Mapping[str, Any]]:
    """Tasks as DescribeTasks answers.

    Args:
        aws: The way to AWS.
        cluster: The cluster's name.
        doing: What that is for, as in "list the stopped tasks".
        which: Parameters of ListTasks that choose among them.

    Raises:
        OperateError: AWS refused to answer.
    """
    ecs = aws.client("ecs")
    found: list[Mapping[str, Any]] = []
    with explained(doing):
        for page in ecs.get_paginator("list_tasks").paginate(cluster=cluster, **which):
            # A page has 100 at most, which is what DescribeTasks takes.
            if page["taskArns"]:
                found += ecs.describe_tasks(cluster=cluster, tasks=page["taskArns"])["tasks"]
    return found
