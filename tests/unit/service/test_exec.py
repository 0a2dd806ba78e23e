"""What a task gets so that a person can run commands inside of it."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from ecs_platform.cluster import Cluster
from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import RegistryImage
from ecs_platform.service.exec import allow_exec, enable_exec
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork


class Parts:
    """A task and a cluster that have not met."""

    def __init__(self, stack: cdk.Stack) -> None:
        self.stack = stack
        self.network = FakeNetwork(stack)
        self.cluster = Cluster(stack, "Cluster", network=self.network)

    def task(self, *, read_only_root: bool = False, init_process: bool = True) -> TaskDefinition:
        task = TaskDefinition(
            self.stack,
            "Task",
            network=self.network,
            family="hello",
            size=FargateSize(cpu=256, memory_mib=512),
            image=RegistryImage(tag="1"),
            logs=AwsLogs(group_name="/ecs/hello"),
            repository=ecr.Repository.from_repository_name(self.stack, "Repository", "dev/hello"),
            read_only_root=read_only_root,
            init_process=init_process,
        )
        self.network.reached.clear()
        return task


@pytest.fixture
def parts(stack: cdk.Stack) -> Parts:
    return Parts(stack)


def actions_of(statement: dict[str, Any]) -> frozenset[str]:
    actions = statement["Action"]
    return frozenset([actions] if isinstance(actions, str) else actions)


def policies(template: Template) -> dict[str, dict[str, Any]]:
    return {key: dict(value) for key, value in template.find_resources("AWS::IAM::Policy").items()}


def roles(template: Template) -> tuple[str, str]:
    """The logical ids of the execution role and the task role."""
    (definition,) = template.find_resources("AWS::ECS::TaskDefinition").values()
    properties = definition["Properties"]
    return tuple(properties[key]["Fn::GetAtt"][0] for key in ("ExecutionRoleArn", "TaskRoleArn"))  # type: ignore[return-value]


def test_the_task_role_gets_what_the_agent_calls_and_the_execution_role_nothing(
    parts: Parts, template: Callable[[], Template]
) -> None:
    allow_exec(parts.task(), cluster=parts.cluster, network=parts.network)
    made = template()
    ((policy),) = policies(made).values()
    _, task_role = roles(made)
    assert policy["Properties"]["Roles"] == [{"Ref": task_role}]
    (key,) = made.find_resources("AWS::KMS::Key")
    (group,) = (
        each
        for each, resource in made.find_resources("AWS::Logs::LogGroup").items()
        if "LogGroupName" not in resource["Properties"]
    )
    assert {
        (actions_of(each), str(each["Resource"]))
        for each in policy["Properties"]["PolicyDocument"]["Statement"]
    } == {
        (
            frozenset(
                {
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel",
                    "logs:DescribeLogGroups",
                }
            ),
            "*",
        ),
        # The group's attribute ends in `:*`, which is what covers the streams.
        (
            frozenset({"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}),
            str({"Fn::GetAtt": [group, "Arn"]}),
        ),
        (frozenset({"kms:Decrypt"}), str({"Fn::GetAtt": [key, "Arn"]})),
    }


def test_the_network_is_asked_for_what_the_agent_calls(parts: Parts) -> None:
    allow_exec(parts.task(), cluster=parts.cluster, network=parts.network)
    assert parts.network.reached == {AwsService.SSM_MESSAGES, AwsService.KMS, AwsService.LOGS}


def test_a_service_waits_for_the_permissions_and_turns_exec_on(
    parts: Parts, template: Callable[[], Template]
) -> None:
    task = parts.task()
    allow_exec(task, cluster=parts.cluster, network=parts.network)
    service = ecs.FargateService(
        parts.stack,
        "Service",
        cluster=parts.cluster.cluster,
        task_definition=task.definition,
        vpc_subnets=ec2.SubnetSelection(subnets=list(parts.network.task_subnets)),
    )
    resource = service.node.default_child
    assert isinstance(resource, ecs.CfnService)
    enable_exec(resource)
    made = template()
    (written,) = made.find_resources("AWS::ECS::Service").values()
    assert written["Properties"]["EnableExecuteCommand"] is True
    (policy,) = policies(made)
    assert policy in written["DependsOn"]
    # CDK's own flag would have widened the policy of the cluster's key.
    (key,) = made.find_resources("AWS::KMS::Key").values()
    assert len(key["Properties"]["KeyPolicy"]["Statement"]) == 2


def test_services_that_share_a_task_grant_it_once(parts: Parts, template: Callable[[], Template]) -> None:
    task = parts.task()
    for _ in range(2):
        allow_exec(task, cluster=parts.cluster, network=parts.network)
    assert len(policies(template())) == 1


def test_a_second_cluster_is_refused(parts: Parts) -> None:
    task = parts.task()
    allow_exec(task, cluster=parts.cluster, network=parts.network)
    other = Cluster(parts.stack, "Other", network=parts.network)
    with pytest.raises(ConfigurationError) as error:
        allow_exec(task, cluster=other, network=parts.network)
    assert str(error.value) == (
        "The task hello has ECS Exec in two clusters. Allowed: one cluster, whose key and audit log its role "
        "may use. Change: a TaskDefinition of its own for the service in the other cluster."
    )


def test_a_read_only_root_is_refused_with_the_reason(parts: Parts) -> None:
    with pytest.raises(ConfigurationError) as error:
        allow_exec(parts.task(read_only_root=True), cluster=parts.cluster, network=parts.network)
    assert str(error.value) == (
        "The root file system of hello is read-only, and the agent of ECS Exec has to write to it "
        "(https://github.com/aws/containers-roadmap/issues/1359). Allowed: a task with a writable root file "
        "system, or a service without Exec. Change: TaskDefinition(read_only_root=False) or "
        "exec_enabled=False."
    )


def test_a_missing_init_process_is_said_beside_it_and_nothing_is_granted(
    parts: Parts, template: Callable[[], Template]
) -> None:
    task = parts.task(read_only_root=True, init_process=False)
    with pytest.raises(ConfigurationError, match=r"(?s)is read-only.*- hello has no init process, so what a"):
        allow_exec(task, cluster=parts.cluster, network=parts.network)
    assert policies(template()) == {}
    assert parts.network.reached == set()


def test_a_missing_init_process_alone_is_refused(parts: Parts) -> None:
    with pytest.raises(ConfigurationError) as error:
        allow_exec(parts.task(init_process=False), cluster=parts.cluster, network=parts.network)
    assert str(error.value) == (
        "hello has no init process, so what a session leaves behind would stay as zombie processes until the "
        "task stops. Allowed: a task with an init process, or a service without Exec. Change: "
        "TaskDefinition(init_process=True) or exec_enabled=False."
    )


def test_it_has_no_findings(parts: Parts, findings: Callable[[], list[str]]) -> None:
    allow_exec(parts.task(), cluster=parts.cluster, network=parts.network)
    assert findings() == []
