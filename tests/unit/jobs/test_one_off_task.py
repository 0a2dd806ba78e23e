from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from ecs_platform.account.permission import argue, document
from ecs_platform.jobs.one_off_task import OneOffTask
from ecs_platform.place import place_of
from ecs_platform.task.task_definition import TaskDefinition


def test_its_tasks_reach_https_and_nothing_reaches_them(
    stack: cdk.Stack, job: OneOffTask, template: Callable[[], Template]
) -> None:
    template().has_resource_properties(
        "AWS::EC2::SecurityGroup",
        {
            "GroupDescription": "Tasks of dev-report: in from nowhere, out to AWS.",
            "VpcId": "vpc-1",
            "SecurityGroupEgress": [
                {
                    "CidrIp": "0.0.0.0/0",
                    "Description": "AWS and HTTPS",
                    "FromPort": 443,
                    "IpProtocol": "tcp",
                    "ToPort": 443,
                }
            ],
        },
    )
    template().resource_count_is("AWS::EC2::SecurityGroupIngress", 0)


def test_more_can_be_opened(stack: cdk.Stack, job: OneOffTask, template: Callable[[], Template]) -> None:
    database = ec2.SecurityGroup.from_security_group_id(stack, "Database", "sg-database")
    job.connections.allow_to(database, ec2.Port.tcp(5432))
    template().has_resource_properties(
        "AWS::EC2::SecurityGroupEgress",
        {"DestinationSecurityGroupId": "sg-database", "FromPort": 5432, "ToPort": 5432},
    )


def test_what_the_tasks_volumes_and_log_need_is_opened(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    opened: list[ec2.Connections] = []
    monkeypatch.setattr(TaskDefinition, "connect", lambda _, connections: opened.append(connections))
    job: OneOffTask = request.getfixturevalue("job")
    assert opened == [job.connections]


def test_nothing_runs(job: OneOffTask, template: Callable[[], Template]) -> None:
    template().resource_count_is("AWS::ECS::Service", 0)
    template().resource_count_is("AWS::Scheduler::Schedule", 0)


def test_its_task_listens_nowhere(job: OneOffTask, template: Callable[[], Template]) -> None:
    (definition,) = template().find_resources("AWS::ECS::TaskDefinition").values()
    (container,) = definition["Properties"]["ContainerDefinitions"]
    assert "PortMappings" not in container


def test_what_a_command_needs_to_know(stack: cdk.Stack, job: OneOffTask) -> None:
    resolve = stack.resolve
    assert resolve(dict(job.outputs)) == {
        "ClusterName": resolve(job.cluster.cluster.cluster_name),
        "TaskDefinitionArn": resolve(job.task.definition.task_definition_arn),
        "TaskFamily": "dev-report",
        "ContainerName": "app",
        "TaskSubnets": "subnet-private-a,subnet-private-b",
        "TaskSecurityGroup": resolve(job.security_group.security_group_id),
        "LogGroupName": resolve(job.task.log_group.log_group_name),
    }


def test_outputs_can_be_written(stack: cdk.Stack, job: OneOffTask, template: Callable[[], Template]) -> None:
    for key, value in job.outputs.items():
        cdk.CfnOutput(stack, key, value=value)
    assert set(template().find_outputs("*")) >= set(job.outputs)


@pytest.fixture
def policy(stack: cdk.Stack, job: OneOffTask) -> iam.ManagedPolicy:
    """What somebody gets who may run the job."""
    policy = iam.ManagedPolicy(stack, "Run", document=document(job.run_policy))
    argue(policy, job.run_policy, place_of(stack))
    return policy


def test_who_runs_it_can_run_this_job_in_this_cluster_and_follow_it(
    stack: cdk.Stack, job: OneOffTask, policy: iam.ManagedPolicy, template: Callable[[], Template]
) -> None:
    (found,) = template().find_resources("AWS::IAM::ManagedPolicy").values()
    cluster = {"ArnEquals": {"ecs:cluster": stack.resolve(job.cluster.cluster.cluster_arn)}}
    tasks = "arn:aws:ecs:eu-central-1:111122223333:task/*"
    expected: list[dict[str, Any]] = [
        {
            "Action": "ecs:RunTask",
            "Resource": "arn:aws:ecs:eu-central-1:111122223333:task-definition/dev-report:*",
            "Condition": cluster,
        },
        {
            "Action": "ecs:TagResource",
            "Resource": tasks,
            "Condition": {"StringEquals": {"ecs:CreateAction": "RunTask"}},
        },
        {
            "Action": "iam:PassRole",
            "Resource": [
                stack.resolve(role.role_arn)
                for role in (job.task.roles.execution_role, job.task.roles.task_role)
            ],
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
        {"Action": ["ecs:DescribeTasks", "ecs:StopTask"], "Resource": tasks, "Condition": cluster},
        {"Action": "ecs:DescribeTaskDefinition", "Resource": "*"},
        {"Action": "logs:GetLogEvents", "Resource": stack.resolve(job.task.log_group.log_group_arn)},
    ]
    assert found["Properties"]["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", **statement} for statement in expected
    ]


def test_no_finding(policy: iam.ManagedPolicy, findings: Callable[[], list[str]]) -> None:
    assert findings() == []
