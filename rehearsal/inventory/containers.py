"""Repositories, clusters, services and task definitions."""

from dataclasses import dataclass
from typing import Any

from rehearsal.inventory.asking import every


@dataclass(frozen=True, kw_only=True)
class Repository:
    """An ECR repository."""

    name: str
    mutability: str
    scan_on_push: bool
    tags: list[str]


@dataclass(frozen=True, kw_only=True)
class TaskDefinition:
    """The revision of a task definition that a service names."""

    arn: str
    cpu: str
    memory: str
    architecture: str
    images: list[str]
    execution_role: str
    task_role: str

    @property
    def revision(self) -> str:
        """`dev-hello:1`."""
        return self.arn.rsplit("/", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Service:
    """An ECS service."""

    name: str
    cluster: str
    controller: str
    desired: int
    task_definition: TaskDefinition
    target_groups: list[str]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """An ECS cluster."""

    name: str
    insights: str
    strategy: dict[str, int]
    services: list[Service]


def repositories(ecr: Any) -> list[Repository]:
    """All repositories but the bootstrap's."""
    found = every(ecr, "describe_repositories", "repositories")
    return [
        Repository(
            name=item["repositoryName"],
            mutability=item["imageTagMutability"],
            scan_on_push=item.get("imageScanningConfiguration", {}).get("scanOnPush", False),
            tags=[
                image["imageTag"]
                for image in every(ecr, "list_images", "imageIds", repositoryName=item["repositoryName"])
                if "imageTag" in image
            ],
        )
        for item in found
        if not item["repositoryName"].startswith("cdk-")
    ]


def clusters(ecs: Any) -> list[Cluster]:
    """All clusters that are not deleted."""
    arns = every(ecs, "list_clusters", "clusterArns")
    if not arns:
        return []
    found = ecs.describe_clusters(clusters=arns, include=["SETTINGS"])["clusters"]
    return [
        Cluster(
            name=item["clusterName"],
            insights=next(
                (s["value"] for s in item.get("settings", []) if s["name"] == "containerInsights"), "disabled"
            ),
            strategy={
                s["capacityProvider"]: s["weight"] for s in item.get("defaultCapacityProviderStrategy", [])
            },
            services=_services(ecs, item["clusterName"]),
        )
        for item in found
        if item["status"] == "ACTIVE"
    ]


def _services(ecs: Any, cluster: str) -> list[Service]:
    arns = every(ecs, "list_services", "serviceArns", cluster=cluster)
    if not arns:
        return []
    return [
        Service(
            name=item["serviceName"],
            cluster=cluster,
            controller=item["deploymentController"]["type"],
            desired=item["desiredCount"],
            task_definition=_task_definition(ecs, item["taskDefinition"]),
            target_groups=[attached["targetGroupArn"] for attached in item["loadBalancers"]],
        )
        for item in ecs.describe_services(cluster=cluster, services=arns)["services"]
        if item["status"] == "ACTIVE"
    ]


def _task_definition(ecs: Any, name: str) -> TaskDefinition:
    found = ecs.describe_task_definition(taskDefinition=name)["taskDefinition"]
    return TaskDefinition(
        arn=found["taskDefinitionArn"],
        cpu=found["cpu"],
        memory=found["memory"],
        architecture=found.get("runtimePlatform", {}).get("cpuArchitecture", "X86_64"),
        images=[container["image"] for container in found["containerDefinitions"]],
        execution_role=found.get("executionRoleArn", "").rsplit("/", 1)[-1],
        task_role=found.get("taskRoleArn", "").rsplit("/", 1)[-1],
    )
