from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.logs import AwsLogs


@pytest.fixture
def group(stack: cdk.Stack, template: Callable[[], Template]) -> Callable[..., dict[str, Any]]:
    """The log group made for the options given."""

    def build(**options: Any) -> dict[str, Any]:
        AwsLogs(group_name="/dev/hello", **options).log_group(stack, "Logs")
        (resource,) = template().find_resources("AWS::Logs::LogGroup").values()
        return dict(resource)

    return build


@pytest.fixture
def driver(container: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, str]]:
    """The options of the awslogs driver, for those given."""

    def build(**options: Any) -> dict[str, str]:
        configuration = container(logs=AwsLogs(group_name="/dev/hello", **options))["LogConfiguration"]
        assert configuration["LogDriver"] == "awslogs"
        return configuration["Options"]

    return build


def test_the_group_keeps_a_year_and_stays_with_its_name(group: Callable[..., dict[str, Any]]) -> None:
    resource = group()
    assert resource["Properties"] == {"LogGroupName": "/dev/hello", "RetentionInDays": 365}
    assert resource["DeletionPolicy"] == "Retain"


def test_the_group_can_be_short_and_go_with_the_stack(group: Callable[..., dict[str, Any]]) -> None:
    resource = group(retention=logs.RetentionDays.ONE_WEEK, removal_policy=cdk.RemovalPolicy.DESTROY)
    assert resource["Properties"]["RetentionInDays"] == 7
    assert resource["DeletionPolicy"] == "Delete"


def test_the_group_can_have_a_key_that_serves_it_alone(
    stack: cdk.Stack, group: Callable[..., dict[str, Any]], template: Callable[[], Template]
) -> None:
    key = kms.Key(stack, "Key")
    assert group(encryption_key=key)["Properties"]["KmsKeyId"] == stack.resolve(key.key_arn)
    (resource,) = template().find_resources("AWS::KMS::Key").values()
    _, statement = resource["Properties"]["KeyPolicy"]["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "logs.eu-central-1.amazonaws.com"},
        "Action": ["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        "Resource": "*",
        "Condition": {
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": (
                    "arn:aws:logs:eu-central-1:111122223333:log-group:/dev/hello"
                )
            }
        },
    }


def test_a_key_of_another_stack_makes_no_circle(
    app: cdk.App, stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    other = cdk.Stack(app, "keys", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    key = cast("kms.IKey", kms.Key(other, "Key"))
    AwsLogs(group_name="/dev/hello", encryption_key=key).log_group(stack, "Logs")
    template().has_resource_properties("AWS::Logs::LogGroup", {"LogGroupName": "/dev/hello"})
    Template.from_stack(other).resource_count_is("AWS::KMS::Key", 1)


def test_output_does_not_block_and_streams_are_named_after_the_family(
    driver: Callable[..., dict[str, str]],
) -> None:
    options = driver()
    assert options["mode"] == "non-blocking"
    assert options["max-buffer-size"] == f"{25 * 1024 * 1024}b"
    assert options["awslogs-stream-prefix"] == "dev-hello"
    assert options["awslogs-region"] == "eu-central-1"
    assert not {"awslogs-datetime-format", "awslogs-multiline-pattern"} & set(options)


def test_the_buffer_can_be_larger(driver: Callable[..., dict[str, str]]) -> None:
    assert driver(max_buffer_mib=64)["max-buffer-size"] == f"{64 * 1024 * 1024}b"


def test_output_can_block_rather_than_be_lost(driver: Callable[..., dict[str, str]]) -> None:
    options = driver(blocking=True)
    assert options["mode"] == "blocking"
    assert "max-buffer-size" not in options


def test_events_can_begin_at_a_date(driver: Callable[..., dict[str, str]]) -> None:
    assert driver(datetime_format="%Y-%m-%d")["awslogs-datetime-format"] == "%Y-%m-%d"


def test_events_can_begin_at_a_pattern(driver: Callable[..., dict[str, str]]) -> None:
    assert driver(multiline_pattern="^INFO")["awslogs-multiline-pattern"] == "^INFO"


def test_a_date_and_a_pattern_are_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        AwsLogs(group_name="g", datetime_format="%Y", multiline_pattern="^I")
    assert str(error.value) == (
        "The awslogs driver cannot split events by date and by pattern at once. "
        "Allowed: datetime_format, or multiline_pattern, or neither. "
        "Change: AwsLogs(datetime_format=..., multiline_pattern=...)"
    )


def test_a_group_that_keeps_everything_is_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        AwsLogs(group_name="/dev/hello", retention=logs.RetentionDays.INFINITE)
    assert str(error.value) == (
        "The log group would keep every event for ever. Allowed: a stated time, RetentionDays.ONE_DAY to "
        "TEN_YEARS. Change: AwsLogs(retention=...)"
    )


def test_a_buffer_for_output_that_blocks_is_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        AwsLogs(group_name="g", blocking=True, max_buffer_mib=8)
    assert str(error.value) == (
        "A buffer of 8 MiB has no use where the application waits instead. "
        "Allowed: max_buffer_mib without blocking. Change: AwsLogs(blocking=..., max_buffer_mib=...)"
    )


def test_an_empty_buffer_is_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        AwsLogs(group_name="g", max_buffer_mib=0)
    assert str(error.value) == (
        "max_buffer_mib is 0. Allowed: 1 or more. Change: AwsLogs(max_buffer_mib=...)"
    )


@pytest.mark.parametrize(
    "name",
    ["a" * 512, "/dev/a_b-c.d#1", cdk.Fn.import_value("name")],
    ids=["longest", "all characters", "token"],  # a token has another name in each worker
)
def test_names_of_groups(name: str) -> None:
    AwsLogs(group_name=name)


@pytest.mark.parametrize("name", ["", "my group", "a:b"])
def test_a_name_that_no_group_can_have_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f'"{name}" is no name of a log group. Allowed: 1 to 512 '):
        AwsLogs(group_name=name)


@pytest.mark.parametrize("prefix", ["", "a:b", "a*"])
def test_a_prefix_that_no_stream_can_have_is_refused(prefix: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        AwsLogs(group_name="g", stream_prefix=prefix)
    assert error.value.problem == f'No name of a log stream begins with "{prefix}".'


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as error:
        AwsLogs(group_name="a" * 513, blocking=True, max_buffer_mib=0)
    assert error.value.problem == (
        f'"{"a" * 40}... (513 characters)" is no name of a log group. '
        "A buffer of 0 MiB has no use where the application waits instead. max_buffer_mib is 0."
    )
