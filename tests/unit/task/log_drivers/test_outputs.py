"""Each output: what Fluent Bit is told, what the task's role may do, and what the network is asked for."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.log_drivers.cloudwatch_output import CloudWatchOutput
from ecs_platform.task.log_drivers.firehose_output import FirehoseOutput
from ecs_platform.task.log_drivers.firelens import FireLens, Output
from ecs_platform.task.log_drivers.plugin_output import PluginOutput
from ecs_platform.task.log_drivers.s3_output import S3Output
from ecs_platform.task.secrets import SecretsManagerSecret, SsmParameter
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork

Task = Callable[..., TaskDefinition]
Options = dict[str, Any]
Routed = Callable[[Output], tuple[Options, list[dict[str, Any]]]]


@pytest.fixture
def routed(task: Task, template: Callable[[], Template]) -> Routed:
    """The log configuration of a task with this output, and the statements of the task role."""

    def build(output: Output) -> tuple[Options, list[dict[str, Any]]]:
        task(log_driver=FireLens(output=output))
        made = template()
        (definition,) = made.find_resources("AWS::ECS::TaskDefinition").values()
        app, _ = definition["Properties"]["ContainerDefinitions"]
        statements = [
            statement
            for policy in made.find_resources("AWS::IAM::Policy").values()
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        ]
        return app["LogConfiguration"], statements

    return build


def allow(actions: Any, resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


@pytest.fixture
def bucket(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "Bucket", "acme-logs")


def test_cloudwatch_writes_to_the_tasks_own_group_and_makes_none(
    routed: Routed, template: Callable[[], Template]
) -> None:
    configuration, statements = routed(CloudWatchOutput())
    ((group, _),) = template().find_resources("AWS::Logs::LogGroup").items()
    assert configuration["Options"] == {
        "Name": "cloudwatch_logs",
        "region": "eu-central-1",
        "log_group_name": {"Ref": group},
        "log_stream_prefix": "dev-hello/",
        "auto_create_group": "false",
    }
    assert statements == [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], {"Fn::GetAtt": [group, "Arn"]})
    ]


def test_cloudwatch_may_be_another_group_and_the_line_alone(routed: Routed, stack: cdk.Stack) -> None:
    group = logs.LogGroup.from_log_group_name(stack, "Elsewhere", "/shop/audit")
    configuration, (statement,) = routed(CloudWatchOutput(log_group=group, line_only=True))
    assert configuration["Options"]["log_group_name"] == "/shop/audit"
    assert configuration["Options"]["log_key"] == "log"
    assert statement["Resource"] == "arn:aws:logs:eu-central-1:111122223333:log-group:/shop/audit:*"


def test_firehose_puts_records_into_one_stream(
    routed: Routed, stack: cdk.Stack, network: FakeNetwork
) -> None:
    arn = "arn:aws:firehose:eu-central-1:111122223333:deliverystream/shop"
    stream = firehose.DeliveryStream.from_delivery_stream_arn(stack, "Stream", arn)
    configuration, statements = routed(FirehoseOutput(delivery_stream=stream))
    assert configuration["Options"] == {
        "Name": "kinesis_firehose",
        "region": "eu-central-1",
        "delivery_stream": "shop",
    }
    assert statements == [allow("firehose:PutRecordBatch", arn)]
    assert AwsService.FIREHOSE in network.reached


def test_s3_puts_objects_below_a_prefix(routed: Routed, bucket: s3.IBucket, network: FakeNetwork) -> None:
    configuration, statements = routed(
        S3Output(bucket=bucket, prefix="shop/", object_size_mib=5, upload_after_minutes=1)
    )
    assert configuration["Options"] == {
        "Name": "s3",
        "region": "eu-central-1",
        "bucket": "acme-logs",
        "total_file_size": "5M",
        "upload_timeout": "1m",
        "use_put_object": "On",
        "store_dir": "/tmp/fluent-bit/s3",  # noqa: S108 - what the router is told
        "s3_key_format": "/shop/%Y/%m/%d/%H/$TAG-%M%S-$UUID",
    }
    assert statements == [allow("s3:PutObject", "arn:aws:s3:::acme-logs/shop/*")]
    assert AwsService.S3 in network.reached


def test_s3_waits_ten_minutes_or_ten_mebibytes(routed: Routed, bucket: s3.IBucket) -> None:
    options = routed(S3Output(bucket=bucket))[0]["Options"]
    assert (options["total_file_size"], options["upload_timeout"]) == ("10M", "10m")
    assert options["s3_key_format"].startswith("/%Y/")


def test_the_router_collects_for_s3_as_root_on_storage_that_is_roots(
    task: Task, template: Callable[[], Template], bucket: s3.IBucket
) -> None:
    task(log_driver=FireLens(output=S3Output(bucket=bucket)))
    (definition,) = template().find_resources("AWS::ECS::TaskDefinition").values()
    _, router = definition["Properties"]["ContainerDefinitions"]
    assert router["User"] == "0"
    assert router["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert router["ReadonlyRootFilesystem"] is True
    assert [point["ContainerPath"] for point in router["MountPoints"]] == ["/tmp"]  # noqa: S108


def test_the_key_of_a_bucket_made_here_is_used_to_encrypt_and_for_nothing_else(
    routed: Routed, stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    bucket = s3.Bucket(stack, "Logs", encryption_key=kms.Key(stack, "Key"))
    _, statements = routed(S3Output(bucket=bucket))
    ((key_id, _),) = template().find_resources("AWS::KMS::Key").items()
    assert statements[1:] == [allow("kms:GenerateDataKey", {"Fn::GetAtt": [key_id, "Arn"]})]


def test_another_output_gets_its_options_and_its_secrets(
    routed: Routed, network: FakeNetwork, template: Callable[[], Template]
) -> None:
    network.has_egress = True
    configuration, statements = routed(
        PluginOutput(
            plugin="datadog",
            settings={"Host": "http-intake.logs.datadoghq.eu", "TLS": "on"},
            secrets={"apikey": SsmParameter(name="/dev/datadog")},
        )
    )
    assert configuration["Options"] == {
        "Name": "datadog",
        "Host": "http-intake.logs.datadoghq.eu",
        "TLS": "on",
    }
    arn = "arn:aws:ssm:eu-central-1:111122223333:parameter/dev/datadog"
    assert configuration["SecretOptions"] == [{"Name": "apikey", "ValueFrom": arn}]
    assert statements == []
    roles = str(template().find_resources("AWS::IAM::Role"))
    assert f"'Action': 'ssm:GetParameters', 'Effect': 'Allow', 'Resource': '{arn}'" in roles
    assert AwsService.SSM in network.reached


def test_another_output_is_refused_where_there_is_no_way_to_the_internet(routed: Routed) -> None:
    with pytest.raises(ConfigurationError) as refused:
        routed(PluginOutput(plugin="datadog"))
    assert str(refused.value) == (
        "The output datadog is out of reach: the tasks' network has no way to the internet. "
        "Allowed: CloudWatchOutput, FirehoseOutput or S3Output, or NAT for the network (ExistingNetwork: "
        "`egress=True`, once it has a way out). "
        "Change: FireLens(output=...) or the `network` of the task."
    )


def test_all_mistakes_of_another_output_are_said_at_once() -> None:
    secret = SecretsManagerSecret(name="token")
    with pytest.raises(ConfigurationError) as refused:
        PluginOutput(plugin="Data Dog", settings={"name": "x", "key": "y"}, secrets={"key": secret}, port=0)
    assert refused.value.problem == (
        'port is 0. "Data Dog" is no name of an output. name stands among the options. '
        "key stands among the settings and among the secrets."
    )


def test_numbers_and_prefixes_that_s3_cannot_have_are_refused_at_once(bucket: s3.IBucket) -> None:
    with pytest.raises(ConfigurationError) as refused:
        S3Output(bucket=bucket, prefix="/logs", object_size_mib=51, upload_after_minutes=0)
    assert refused.value.problem == (
        'object_size_mib is 51. upload_after_minutes is 0. "/logs" is no prefix for names of objects.'
    )


@pytest.mark.parametrize("prefix", ["$TAG/", "%Y/", "a b/", "/"])
def test_a_prefix_that_stands_for_something_else_is_refused(bucket: s3.IBucket, prefix: str) -> None:
    with pytest.raises(ConfigurationError, match="is no prefix for names of objects"):
        S3Output(bucket=bucket, prefix=prefix)


def test_a_user_that_cannot_write_where_s3_collects_is_refused(bucket: s3.IBucket) -> None:
    with pytest.raises(ConfigurationError, match="buffers on disk, where user 10001 cannot write"):
        FireLens(output=S3Output(bucket=bucket), user="10001")
    FireLens(output=S3Output(bucket=bucket), user="0:10001")
