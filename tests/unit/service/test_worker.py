from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from ecs_platform.cluster import CapacityShare
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.queue import WorkQueue
from ecs_platform.service.queue_scaling import QueueScaling
from ecs_platform.service.scheduled_capacity import ScheduledCapacity
from tests.synthesis import new_app
from tests.unit.service.worker_builder import Ground


@pytest.fixture(scope="module")
def shared() -> Ground:
    """For what is refused, and so is never synthesized."""
    return Ground(cdk.Stack(new_app(), "stack", env=cdk.Environment(region="eu-central-1")))


TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"


def _service(template: Template) -> Mapping[str, Any]:
    (found,) = template.find_resources("AWS::ECS::Service").values()
    return found


def _few(template: Template) -> list[Mapping[str, Any]]:
    found = template.find_resources(
        "AWS::CloudWatch::Alarm", {"Properties": {"MetricName": "RunningTaskCount"}}
    )
    return [alarm["Properties"] for alarm in found.values()]


def test_a_worker_as_it_comes(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    worker = Ground(stack).worker()
    service = _service(template())["Properties"]
    assert service["ServiceName"] == "resize"
    assert service["DesiredCount"] == 2
    assert service["LoadBalancers"] == []
    assert service["DeploymentController"] == {"Type": "ECS"}
    deployment = service["DeploymentConfiguration"]
    assert deployment["Strategy"] == "ROLLING"
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert deployment["Alarms"] == {
        "AlarmNames": [stack.resolve(alarm.ref) for alarm in worker.alarms],
        "Enable": True,
        "Rollback": True,
    }
    # The cluster's default capacity decides, and nothing checks the tasks from outside.
    absent = {"LaunchType", "CapacityProviderStrategy", "ForceNewDeployment", "HealthCheckGracePeriodSeconds"}
    absent |= {"EnableExecuteCommand", "ServiceConnectConfiguration", "ServiceRegistries"}
    assert absent & set(service) == set()
    network = service["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"
    assert network["Subnets"] == ["subnet-private-a", "subnet-private-b", "subnet-private-c"]
    (group,) = template().find_resources("AWS::EC2::SecurityGroup").values()
    assert group["Properties"]["GroupDescription"] == (
        "Tasks of resize: in from whom it is called by, out to AWS."
    )
    assert [rule["ToPort"] for rule in group["Properties"]["SecurityGroupEgress"]] == [443]
    template().resource_count_is("AWS::EC2::SecurityGroupIngress", 0)
    template().resource_count_is(TARGET, 0)


def test_too_few_tasks_is_fewer_than_a_deployment_leaves(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    ground = Ground(stack)
    ground.worker(tasks=3, deployment=RollingUpdate(min_healthy_percent=50), too_few_tasks_minutes=7)
    (alarm,) = _few(template())
    assert alarm["Threshold"] == 2
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert alarm["EvaluationPeriods"] == 7
    assert alarm["Namespace"] == "ECS/ContainerInsights"
    assert alarm["Dimensions"] == [
        {"Name": "ClusterName", "Value": stack.resolve(ground.cluster.cluster.cluster_name)},
        {"Name": "ServiceName", "Value": "resize"},
    ]
    assert alarm["TreatMissingData"] == "notBreaching"


NIGHT = ScheduledCapacity(name="night", expression="cron(0 22 * * ? *)", min_tasks=0)
MORNING = ScheduledCapacity(name="morning", expression="cron(0 6 * * ? *)", min_tasks=3)


@pytest.mark.parametrize(
    ("tasks", "deployment", "threshold"),
    [
        (2, RollingUpdate(), 2),
        (Scaling(min_tasks=3, max_tasks=9, cpu_percent=60), RollingUpdate(), 3),
        (Scaling(min_tasks=3, max_tasks=9, schedules=[NIGHT, MORNING]), RollingUpdate(), None),
        (0, RollingUpdate(), None),
        (2, RollingUpdate(min_healthy_percent=0, max_percent=100), None),
    ],
)
def test_too_few_tasks_by_default(
    stack: cdk.Stack,
    template: Callable[[], Template],
    tasks: Scaling | int,
    deployment: RollingUpdate,
    threshold: int | None,
) -> None:
    Ground(stack).worker(tasks=tasks, deployment=deployment)
    found = [(alarm["EvaluationPeriods"], alarm["Threshold"]) for alarm in _few(template())]
    assert found == ([] if threshold is None else [(5, threshold)])
    # ECS takes no empty list of alarms.
    assert ("Alarms" in _service(template())["Properties"]["DeploymentConfiguration"]) == bool(found)


def test_a_workers_queue(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    ground = Ground(stack)
    queue = WorkQueue(stack, "Jobs", visibility_timeout_seconds=60)
    own = cloudwatch.CfnAlarm(stack, "Own", comparison_operator="LessThanThreshold", evaluation_periods=1)
    worker = ground.worker(queue=queue, alarms=[own])
    names = _service(template())["Properties"]["DeploymentConfiguration"]["Alarms"]["AlarmNames"]
    assert names == [stack.resolve(alarm.ref) for alarm in (worker.alarms[0], *queue.alarms, own)]
    assert len(set(map(str, names))) == 4
    assert AwsService.SQS in ground.network.reached
    (policy,) = template().find_resources("AWS::IAM::Policy")
    assert policy in _service(template())["DependsOn"], "no task may start without its permissions"


def test_without_a_queue_nothing_is_asked_of_sqs(stack: cdk.Stack) -> None:
    ground = Ground(stack)
    ground.worker()
    assert AwsService.SQS not in ground.network.reached


def test_scaling_owns_the_count(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    Ground(stack).worker(tasks=Scaling(min_tasks=1, max_tasks=4, cpu_percent=60))
    assert "DesiredCount" not in _service(template())["Properties"]
    template().has_resource_properties(TARGET, {"MinCapacity": 1, "MaxCapacity": 4})
    template().has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 60}},
    )


def test_alarms_can_be_left_out_of_deployments(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    deployment = RollingUpdate(roll_back_on_alarm=False, circuit_breaker=False)
    worker = Ground(stack).worker(deployment=deployment)
    configuration = _service(template())["Properties"]["DeploymentConfiguration"]
    assert "Alarms" not in configuration
    assert configuration["DeploymentCircuitBreaker"] == {"Enable": False, "Rollback": False}
    assert len(worker.alarms) == 1


def test_capacity_of_its_own(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    Ground(stack).worker(
        capacity=CapacityShare(fargate_base=1, fargate_weight=0, spot_weight=1),
        platform_version=ecs.FargatePlatformVersion.LATEST,
    )
    service = _service(template())["Properties"]
    assert service["PlatformVersion"] == "LATEST"
    assert service["CapacityProviderStrategy"] == [
        {"CapacityProvider": "FARGATE", "Base": 1, "Weight": 0},
        {"CapacityProvider": "FARGATE_SPOT", "Weight": 1},
    ]
    assert service["ForceNewDeployment"] == {
        "EnableForceNewDeployment": True,
        "ForceNewDeploymentNonce": "FARGATE 1+0, FARGATE_SPOT 1",
    }
    assert "LaunchType" not in service


def test_exec(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    ground = Ground(stack)
    ground.worker(task=ground.task("resize", read_only_root=False), exec_enabled=True)
    assert _service(template())["Properties"]["EnableExecuteCommand"] is True
    assert AwsService.SSM_MESSAGES in ground.network.reached


def test_exec_refuses_for_a_worker_too(shared: Ground) -> None:
    with pytest.raises(ConfigurationError, match="The root file system of refused is read-only"):
        shared.refused(exec_enabled=True)


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"tasks": -1}, r"cannot run -1 tasks\. .* Change: Worker\(tasks=\.\.\.\)\."),
        ({"too_few_tasks_minutes": 0}, r"too_few_tasks_minutes is 0\. Allowed: .* of 1 to 1440"),
        ({"too_few_tasks_minutes": 1_441}, r"too_few_tasks_minutes is 1441"),
        (
            {"tasks": QueueScaling(messages_per_task=5, min_tasks=1, max_tasks=2)},
            r"scaled on a queue, and there is none\. .* Change: Worker\(queue=\.\.\.\)",
        ),
        ({"tasks": Scaling(min_tasks=0, max_tasks=2, cpu_percent=50)}, "nothing would start a task again"),
        ({"tasks": Scaling(min_tasks=1, max_tasks=2, schedules=[NIGHT])}, "nothing would start a task again"),
        (
            {"tasks": Scaling(min_tasks=1, max_tasks=2, requests_per_minute_per_task=9)},
            r"Nothing counts requests here.* a target of 9 a minute\. .* Change: Scaling\(requests_per_",
        ),
        ({"tasks": 1, "deployment": RollingUpdate(max_percent=150)}, "At 1 running"),
    ],
)
def test_what_could_not_work(shared: Ground, options: Mapping[str, Any], refusal: str) -> None:
    with pytest.raises(ConfigurationError, match=refusal):
        shared.refused(**options)


def test_several_mistakes_are_said_at_once(shared: Ground) -> None:
    with pytest.raises(ConfigurationError) as error:
        shared.refused(
            tasks=QueueScaling(messages_per_task=5, min_tasks=1, max_tasks=2), too_few_tasks_minutes=0
        )
    assert error.value.where == "Worker(queue=...). Worker(too_few_tasks_minutes=...)."


def test_no_finding(stack: cdk.Stack, findings: Callable[[], Sequence[str]]) -> None:
    queue = WorkQueue(stack, "Jobs", visibility_timeout_seconds=60)
    Ground(stack).worker(queue=queue, tasks=QueueScaling(messages_per_task=5, min_tasks=0, max_tasks=2))
    assert findings() == []


def test_it_comes_after_what_its_tasks_pull_through(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    ground = Ground(stack)
    ground.network.ways_out = [cdk.CfnResource(stack, "Endpoint", type="AWS::EC2::VPCEndpoint")]
    ground.worker()
    (service,) = template().find_resources("AWS::ECS::Service").values()
    assert "Endpoint" in service["DependsOn"]
