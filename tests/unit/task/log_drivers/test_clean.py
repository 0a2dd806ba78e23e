"""Volumes, log routers and the agent under cdk-nag's AwsSolutions: what is wide is argued."""

from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from ecs_platform.registry.images import PublicImage
from ecs_platform.task.datadog import DatadogAgent
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.file_system import FileSystem
from ecs_platform.task.log_drivers.cloudwatch_output import CloudWatchOutput
from ecs_platform.task.log_drivers.firelens import FireLens
from ecs_platform.task.log_drivers.s3_output import S3Output
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.mounts import Mount
from ecs_platform.task.secrets import SsmParameter
from ecs_platform.task.task_definition import TaskDefinition
from ecs_platform.task.volumes import EfsVolume
from tests.unit.fakes import FakeNetwork

Task = Callable[..., TaskDefinition]
Findings = Callable[[], list[str]]


def our_bucket(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket(
        stack,
        "Bucket",
        encryption_key=kms.Key(stack, "Key", enable_key_rotation=True),
        enforce_ssl=True,
        server_access_logs_prefix="access/",
    )


@pytest.mark.parametrize("bucket_in_another_stack", [True, False])
def test_all_of_it_at_once(
    task: Task, stack: cdk.Stack, network: FakeNetwork, findings: Findings, bucket_in_another_stack: bool
) -> None:
    network.has_egress = True
    owner = stack
    if bucket_in_another_stack:
        env = cdk.Environment(account="111122223333", region="eu-central-1")
        owner = cdk.Stack(stack.node.scope, "stores", env=env)
    files = FileSystem(stack, "Files", network=network)
    point = files.access_point("Up", path="/up", uid=1, gid=1)
    agent = DatadogAgent(api_key=SsmParameter(name="/dev/datadog"))
    task(
        size=FargateSize(cpu=512, memory_mib=1024),
        sidecars=agent.containers(network),
        volumes=[*agent.volumes, EfsVolume(name="up", file_system=files, access_point=point)],
        mounts=[Mount(volume="up", path="/up")],
        log_driver=FireLens(output=S3Output(bucket=our_bucket(owner), prefix="shop/")),
    )
    assert findings() == []


@pytest.mark.parametrize("with_account", [True, False])
def test_stores_that_were_brought(app: cdk.App, findings: Findings, with_account: bool) -> None:
    account = "111122223333" if with_account else None
    stack = cdk.Stack(app, "other", env=cdk.Environment(account=account, region="eu-central-1"))
    network = FakeNetwork(stack, has_egress=True)
    for name, output in (
        ("One", S3Output(bucket=s3.Bucket.from_bucket_name(stack, "Bucket", "acme-logs"), prefix="x/")),
        ("Two", CloudWatchOutput(log_group=logs.LogGroup.from_log_group_name(stack, "Group", "/audit"))),
    ):
        TaskDefinition(
            stack,
            name,
            family=name.lower(),
            size=FargateSize(cpu=256, memory_mib=512),
            image=PublicImage(uri="public.ecr.aws/acme/app:1"),
            logs=AwsLogs(group_name=f"/{name}"),
            network=network,
            log_driver=FireLens(output=output),
        )
    assert findings() == []
