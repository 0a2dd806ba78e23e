"""What ECS says of a service that people may get into, and of its tasks."""

from datetime import timedelta
from typing import Any

from tests.operate.reading import ACCOUNT, FAMILY, NOW, REGION, SERVICE, StubbedAws, ecs_service

CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/dev"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/dev-hello-TaskRolesTask-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a0a"
AUDIT = "dev-platform-ClusterExecLogs-1"
LATEST: dict[str, Any] = {"name": "ExecuteCommandAgent", "lastStatus": "RUNNING"}


def task(id_: str = "aaa1", *, minutes: int = 0, agent: Any = LATEST, **changes: Any) -> dict[str, Any]:
    """As DescribeTasks shows one, started so many minutes after NOW."""
    return {
        "taskArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/dev/{id_}",
        "clusterArn": CLUSTER,
        "taskDefinitionArn": f"{FAMILY}:3",
        "lastStatus": "RUNNING",
        "healthStatus": "UNKNOWN",
        "enableExecuteCommand": True,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "startedAt": NOW + timedelta(minutes=minutes),
        "containers": [
            {"name": "app", "runtimeId": f"{id_}-1", "managedAgents": [agent] if agent else []},
            {"name": "side", "runtimeId": f"{id_}-2", "managedAgents": [LATEST]},
        ],
        **changes,
    }


def definition(*, app: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """As DescribeTaskDefinition shows it."""
    container = {
        "name": "app",
        "image": "x",
        "readonlyRootFilesystem": False,
        "linuxParameters": {"initProcessEnabled": True},
    }
    return {
        "taskDefinition": {
            "taskDefinitionArn": f"{FAMILY}:3",
            "taskRoleArn": ROLE,
            "containerDefinitions": [{**container, **(app or {})}, {"name": "side", "image": "y"}],
            **changes,
        }
    }


def configuration(**changes: Any) -> dict[str, Any]:
    """The cluster's configuration of ECS Exec."""
    log = {"cloudWatchLogGroupName": AUDIT, "cloudWatchEncryptionEnabled": True}
    return {"kmsKeyId": KEY, "logging": "OVERRIDE", "logConfiguration": log, **changes}


def network(*tails: str, nat: bool = False) -> dict[str, dict[str, Any]]:
    """The answers of EC2 for subnets with these endpoints."""
    way_out = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}
    table = {
        "Associations": [{"SubnetId": subnet} for subnet in SERVICE.subnets],
        "Routes": [way_out] if nat else [],
    }
    return {
        "describe_subnets": {"Subnets": [{"VpcId": "vpc-1"}]},
        "describe_route_tables": {"RouteTables": [table]},
        "describe_vpc_endpoints": {
            "VpcEndpoints": [
                {"ServiceName": f"com.amazonaws.{REGION}.{tail}", "State": "available"} for tail in tails
            ]
        },
    }


def ready(aws: StubbedAws, **changes: Any) -> None:
    """An environment in which a session can be opened; a test changes one thing."""
    clusters = [{"configuration": {"executeCommandConfiguration": changes.get("recording", configuration())}}]
    tasks = changes.get("tasks", [task()])
    aws.always(
        "ecs",
        {
            "describe_services": ecs_service(enableExecuteCommand=changes.get("service_on", True)),
            "list_tasks": {"taskArns": [each["taskArn"] for each in tasks]},
            "describe_tasks": {"tasks": tasks},
            "describe_task_definition": changes.get("definition", definition()),
            "describe_clusters": {"clusters": clusters},
            "execute_command": changes.get("session", {}),
        },
    )
    aws.always("ec2", changes.get("network", network("ssmmessages", "kms", "logs")))
    denied = changes.get("denied", [])
    results = [{"EvalActionName": name, "EvalDecision": "implicitDeny"} for name in denied]
    aws.always("iam", {"simulate_principal_policy": {"EvaluationResults": results}})
    groups = changes.get("groups", [{"logGroupName": AUDIT, "kmsKeyId": KEY}])
    aws.always("logs", {"describe_log_groups": {"logGroups": groups}})
