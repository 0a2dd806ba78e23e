"""An ECS in the middle of a deployment of its own, which answers in any order."""

import io
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from operate.actions import needed_by
from operate.releasing.commands import Command
from operate.releasing.outcome import Outcome
from operate.releasing.progress import Progress
from tests.operate.aws_calls import methods
from tests.operate.reading import FAMILY, NOW, ROLLING, StubbedAws, ecs_service, rules, task_definition

ARN = "arn:aws:ecs:eu-central-1:123456789012:service-deployment/dev/hello/abc"
OLD = "arn:aws:ecs:eu-central-1:123456789012:service-revision/dev/hello/1"
NEW = "arn:aws:ecs:eu-central-1:123456789012:service-revision/dev/hello/2"
# The command as it is typed, by what makes it.
_TYPED = {
    "approving": "approve",
    "finishing": "finish",
    "releasing": "release",
    "rolling_back": "rollback",
    "stopping": "stop",
    "watching": "watch",
}


class Ecs:
    """An ECS that answers in any order, and that a test changes."""

    def __init__(self, aws: StubbedAws) -> None:
        self.aws = aws
        self.console = Console(file=io.StringIO(), width=300)
        self.statuses = ["SUCCESSFUL"]
        self.listed: list[list[str]] = [[ARN]]
        self.live = 3
        self.more: dict[str, Any] = {}
        aws.always("elbv2", {"describe_rules": rules(100, None)})
        aws.always("application-autoscaling", {"describe_scaling_activities": {"ScalingActivities": []}})
        aws.always("ecs", self)  # type: ignore[arg-type]
        self.requests: list[tuple[str, Mapping[str, Any]]] = []
        aws.notes("ecs", self.requests)

    @property
    def asked(self) -> list[str]:
        return [action for action, _ in self.requests]

    def request(self, action: str) -> Mapping[str, Any]:
        """What one call was given, and that it was one."""
        (found,) = [given for asked, given in self.requests if asked == action]
        return found

    def __getitem__(self, action: str) -> dict[str, Any]:
        return getattr(self, f"_{action}")()

    def _describe_services(self) -> dict[str, Any]:
        deployment = {
            "id": "ecs-svc/1",
            "status": "PRIMARY",
            "taskDefinition": f"{FAMILY}:{self.live}",
            "desiredCount": 2,
            "runningCount": 2,
            "pendingCount": 0,
            "rolloutState": "COMPLETED",
        }
        return ecs_service(
            taskSets=[], deployments=[deployment], deploymentController={"type": "ECS"}, events=[]
        )

    def _describe_task_definition(self) -> dict[str, Any]:
        return task_definition(self.live, image="public.example.com/hello:1")

    def _list_service_deployments(self) -> dict[str, Any]:
        arns = self.listed[0] if len(self.listed) == 1 else self.listed.pop(0)
        return {
            "serviceDeployments": [
                {"serviceDeploymentArn": arn, "createdAt": NOW, "status": "IN_PROGRESS"} for arn in arns
            ]
        }

    def _describe_service_deployments(self) -> dict[str, Any]:
        status = self.statuses[0] if len(self.statuses) == 1 else self.statuses.pop(0)
        found = {
            "serviceDeploymentArn": ARN,
            "createdAt": NOW,
            "status": status,
            "targetServiceRevision": {"arn": NEW, "requestedTaskCount": 2, "runningTaskCount": 1},
            "sourceServiceRevisions": [{"arn": OLD, "requestedTaskCount": 2, "runningTaskCount": 2}],
            **self.more,
        }
        return {"serviceDeployments": [found]}

    def _describe_service_revisions(self) -> dict[str, Any]:
        return {"serviceRevisions": [{"serviceRevisionArn": NEW, "taskDefinition": f"{FAMILY}:3"}]}

    def _update_service(self) -> dict[str, Any]:
        return {"service": {}}

    def _stop_service_deployment(self) -> dict[str, Any]:
        return {"serviceDeploymentArn": ARN}

    def _list_tasks(self) -> dict[str, Any]:
        return {"taskArns": []}

    def run(self, command: Command) -> Outcome:
        """Run a command, which asks for nothing but what stands beside its name in operate/actions.py."""
        typed = _TYPED[command.__qualname__.partition(".")[0]]  # type: ignore[attr-defined]
        try:
            return command(self.aws, ROLLING, Progress(self.console))
        finally:
            listed = {each.name for each in needed_by(frozenset({typed}))}
            assert {methods("ecs")[action] for action in self.asked} <= listed

    @property
    def written(self) -> str:
        return self.console.file.getvalue()  # type: ignore[attr-defined]
