"""Clusters, task definitions and services, with what ECS refuses and moto would let pass."""

from typing import Any

import pytest

from rehearsal.in_process import InProcessAws, StackError
from rehearsal.inventory.containers import clusters
from tests.rehearsal.templates import Resources, att, ref, resource, template
from tests.rehearsal.traffic import load_balancer, rule

CODE_DEPLOY = {"DeploymentController": {"Type": "CODE_DEPLOY"}}


def task(**properties: Any) -> dict[str, Any]:
    container = {
        "Name": "app",
        "Image": "example/app:1",
        "Essential": True,
        "PortMappings": [{"ContainerPort": 8080}],
        "DockerLabels": {"Team.Name": "Platform"},
        "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "g"}},
        "LinuxParameters": {"InitProcessEnabled": True},
    }
    usual = {
        "Family": "hello",
        "Cpu": "256",
        "Memory": "512",
        "NetworkMode": "awsvpc",
        "RequiresCompatibilities": ["FARGATE"],
        "RuntimePlatform": {"CpuArchitecture": "ARM64", "OperatingSystemFamily": "LINUX"},
        "TaskRoleArn": "arn:aws:iam::123456789012:role/task",
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "ContainerDefinitions": [container],
    }
    return resource("AWS::ECS::TaskDefinition", **{**usual, **properties})


def service(**properties: Any) -> Resources:
    """A service of family `hello` behind the blue group, in everything it needs."""
    network = {"AwsvpcConfiguration": {"Subnets": [ref("SubnetA")], "SecurityGroups": [ref("Group")]}}
    usual = {
        "ServiceName": "hello",
        "Cluster": ref("Cluster"),
        "TaskDefinition": "hello",
        "NetworkConfiguration": network,
        "HealthCheckGracePeriodSeconds": 60,
        "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
        "LoadBalancers": [{"ContainerName": "app", "ContainerPort": 8080, "TargetGroupArn": ref("Blue")}],
    }
    return {
        **load_balancer(),
        "Rule": rule("/*"),
        "Group": resource("AWS::EC2::SecurityGroup", VpcId=ref("Vpc"), GroupDescription="tasks"),
        "Cluster": resource("AWS::ECS::Cluster", ClusterName="dev"),
        "Task": task(),
        "Service": resource("AWS::ECS::Service", "Rule", "Task", **{**usual, **properties}),
    }


def described(aws: InProcessAws) -> dict[str, Any]:
    return aws.client("ecs").describe_services(cluster="dev", services=["hello"])["services"][0]


def test_a_cluster_has_its_settings_and_providers(aws: InProcessAws) -> None:
    setting = {"Name": "containerInsights", "Value": "enhanced"}

    def cluster(spot: int) -> Resources:
        strategy = [
            {"CapacityProvider": "FARGATE", "Weight": 1, "Base": 1},
            {"CapacityProvider": "FARGATE_SPOT", "Weight": spot},
        ]
        return {
            "Cluster": resource("AWS::ECS::Cluster", ClusterName="dev", ClusterSettings=[setting]),
            "Capacity": resource(
                "AWS::ECS::ClusterCapacityProviderAssociations",
                Cluster=ref("Cluster"),
                CapacityProviders=["FARGATE", "FARGATE_SPOT"],
                DefaultCapacityProviderStrategy=strategy,
            ),
        }

    for spot in (3, 4):
        aws.deploy("s", template(cluster(spot), Arn=att("Cluster", "Arn")))
        (found,) = clusters(aws.client("ecs"))
        assert (found.name, found.insights) == ("dev", "enhanced")
        assert found.strategy == {"FARGATE": 1, "FARGATE_SPOT": spot}
    assert aws.outputs("s")["Arn"] == "arn:aws:ecs:eu-central-1:123456789012:cluster/dev"

    aws.destroy("s")
    assert clusters(aws.client("ecs")) == []


def test_a_task_definition_keeps_everything_it_was_given(aws: InProcessAws) -> None:
    aws.deploy("s", template({"Task": task()}))

    found = aws.client("ecs").describe_task_definition(taskDefinition="hello")["taskDefinition"]
    container = found["containerDefinitions"][0]
    assert (found["cpu"], found["memory"], found["networkMode"]) == ("256", "512", "awsvpc")
    assert found["runtimePlatform"] == {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}
    assert found["executionRoleArn"].endswith("role/execution")
    assert found["taskRoleArn"].endswith("role/task")
    assert container["portMappings"][0]["containerPort"] == 8080
    assert container["dockerLabels"] == {"Team.Name": "Platform"}
    assert container["logConfiguration"]["options"] == {"awslogs-group": "g"}
    assert container["linuxParameters"] == {"initProcessEnabled": True}


@pytest.mark.parametrize(("policy", "active"), [("Delete", [2]), ("Retain", [1, 2])])
def test_a_change_is_a_new_revision(aws: InProcessAws, policy: str, active: list[int]) -> None:
    for cpu in ("256", "512"):
        declared = {**task(Cpu=cpu, Memory="1024"), "UpdateReplacePolicy": policy}
        aws.deploy("s", template({"Task": declared}, Arn=ref("Task")))

    assert aws.outputs("s")["Arn"].endswith("task-definition/hello:2")
    arns = aws.client("ecs").list_task_definitions(familyPrefix="hello")["taskDefinitionArns"]
    assert [int(arn.rsplit(":", 1)[1]) for arn in arns] == active


def test_a_service_has_its_controller_count_and_group(aws: InProcessAws) -> None:
    aws.deploy("s", template(service(**CODE_DEPLOY), Name=att("Service", "Name")))

    (found,) = clusters(aws.client("ecs"))[0].services
    assert (found.name, found.controller) == ("hello", "CODE_DEPLOY")
    assert found.desired == 1, "CloudFormation's default, moto's is 0"
    assert found.task_definition.revision == "hello:1"
    assert (found.task_definition.cpu, found.task_definition.architecture) == ("256", "ARM64")
    assert [arn.split("/")[1][:7] for arn in found.target_groups] == ["s-Blue-"]
    shown = described(aws)
    assert shown["healthCheckGracePeriodSeconds"] == 60
    assert shown["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1}]
    assert aws.outputs("s")["Name"] == "hello"

    aws.destroy("s")
    assert clusters(aws.client("ecs")) == []


def test_a_group_behind_no_load_balancer_is_refused(aws: InProcessAws) -> None:
    resources = service()
    del resources["Rule"]
    resources["Service"]["DependsOn"] = ["Task"]

    with pytest.raises(StackError, match=r"targetGroupArn \S+ does not have an associated load balancer"):
        aws.deploy("s", template(resources))


def test_the_grace_period_changes_in_place(aws: InProcessAws) -> None:
    aws.deploy("s", template(service(**CODE_DEPLOY)))
    before = described(aws)["serviceArn"]
    aws.deploy("s", template(service(**CODE_DEPLOY, HealthCheckGracePeriodSeconds=90)))

    assert described(aws)["healthCheckGracePeriodSeconds"] == 90
    assert described(aws)["serviceArn"] == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"TaskDefinition": "other"}, "task definition"),
        ({"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": []}}}, "network parameters"),
        ({"LoadBalancers": []}, "load balancers"),
        ({"PlatformVersion": "1.3.0"}, "platform version"),
    ],
)
def test_what_belongs_to_codedeploy_is_refused(aws: InProcessAws, change: dict[str, Any], words: str) -> None:
    aws.deploy("s", template(service(**CODE_DEPLOY)))

    with pytest.raises(StackError, match=f"Unable to update {words} on services with a CODE_DEPLOY"):
        aws.deploy("s", template(service(**CODE_DEPLOY, **change)))


def test_ecs_itself_takes_a_new_task_definition(aws: InProcessAws) -> None:
    aws.deploy("s", template(service(TaskDefinition=ref("Task"))))
    resources = service(TaskDefinition=ref("Task"))
    aws.deploy("s", template({**resources, "Task": task(Cpu="512", Memory="1024")}))

    assert described(aws)["taskDefinition"].endswith("hello:2")
