from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from ecs_platform.cluster import CapacityShare, Cluster
from ecs_platform.problem import ConfigurationError
from tests.unit.fakes import FakeNetwork


@pytest.fixture
def cluster(stack: cdk.Stack) -> Callable[..., Cluster]:
    def build(**options: Any) -> Cluster:
        return Cluster(stack, "Cluster", network=FakeNetwork(stack), **options)

    return build


def only(template: Template, resource_type: str) -> tuple[str, dict[str, Any]]:
    ((logical_id, resource),) = template.find_resources(resource_type).items()
    return logical_id, dict(resource)


def test_exec_sessions_are_encrypted_and_written_down(
    cluster: Callable[..., Cluster], template: Callable[[], Template]
) -> None:
    cluster()
    key, key_resource = only(template(), "AWS::KMS::Key")
    group, group_resource = only(template(), "AWS::Logs::LogGroup")
    _, cluster_resource = only(template(), "AWS::ECS::Cluster")
    assert key_resource["Properties"]["EnableKeyRotation"] is True
    assert group_resource["Properties"]["KmsKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    assert cluster_resource["Properties"]["Configuration"]["ExecuteCommandConfiguration"] == {
        "KmsKeyId": {"Fn::GetAtt": [key, "Arn"]},
        "Logging": "OVERRIDE",
        "LogConfiguration": {"CloudWatchEncryptionEnabled": True, "CloudWatchLogGroupName": {"Ref": group}},
    }


def test_the_key_serves_log_groups_of_this_stack_alone(
    cluster: Callable[..., Cluster], template: Callable[[], Template]
) -> None:
    cluster()
    _, key = only(template(), "AWS::KMS::Key")
    statement = key["Properties"]["KeyPolicy"]["Statement"][1]
    assert statement["Principal"] == {"Service": "logs.eu-central-1.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": ("arn:aws:logs:eu-central-1:111122223333:log-group:stack-*")
        }
    }


def test_container_insights_are_enhanced(
    cluster: Callable[..., Cluster], template: Callable[[], Template]
) -> None:
    cluster()
    template().has_resource_properties(
        "AWS::ECS::Cluster", {"ClusterSettings": [{"Name": "containerInsights", "Value": "enhanced"}]}
    )


@pytest.mark.parametrize(("name", "written"), [(None, None), ("dev", "dev")])
def test_the_name_is_the_callers_or_none(
    cluster: Callable[..., Cluster], template: Callable[[], Template], name: str | None, written: str | None
) -> None:
    cluster(name=name)
    _, resource = only(template(), "AWS::ECS::Cluster")
    assert resource["Properties"].get("ClusterName") == written


def test_tasks_run_on_fargate_alone_by_default(
    cluster: Callable[..., Cluster], template: Callable[[], Template]
) -> None:
    cluster()
    _, associations = only(template(), "AWS::ECS::ClusterCapacityProviderAssociations")
    assert associations["Properties"]["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert associations["Properties"]["DefaultCapacityProviderStrategy"] == [
        {"CapacityProvider": "FARGATE", "Base": 0, "Weight": 1}
    ]


def test_tasks_can_be_shared_with_spot(
    cluster: Callable[..., Cluster], template: Callable[[], Template]
) -> None:
    cluster(capacity=CapacityShare(fargate_base=2, fargate_weight=1, spot_weight=3))
    _, associations = only(template(), "AWS::ECS::ClusterCapacityProviderAssociations")
    assert associations["Properties"]["DefaultCapacityProviderStrategy"] == [
        {"CapacityProvider": "FARGATE", "Base": 2, "Weight": 1},
        {"CapacityProvider": "FARGATE_SPOT", "Weight": 3},
    ]


def test_the_audit_log_stays_a_year_unless_said_otherwise(
    cluster: Callable[..., Cluster], template: Callable[[], Template]
) -> None:
    cluster()
    _, group = only(template(), "AWS::Logs::LogGroup")
    _, key = only(template(), "AWS::KMS::Key")
    assert group["Properties"]["RetentionInDays"] == 365
    assert (group["DeletionPolicy"], key["DeletionPolicy"]) == ("Retain", "Retain")


def test_the_audit_log_can_be_short_and_go_with_the_stack(
    cluster: Callable[..., Cluster], template: Callable[[], Template]
) -> None:
    cluster(exec_audit_retention=logs.RetentionDays.ONE_WEEK, removal_policy=cdk.RemovalPolicy.DESTROY)
    _, group = only(template(), "AWS::Logs::LogGroup")
    _, key = only(template(), "AWS::KMS::Key")
    assert group["Properties"]["RetentionInDays"] == 7
    assert (group["DeletionPolicy"], key["DeletionPolicy"]) == ("Delete", "Delete")


def test_other_stacks_import_its_name_arn_key_and_audit_log(
    stack: cdk.Stack, cluster: Callable[..., Cluster], template: Callable[[], Template]
) -> None:
    exports = [stack.resolve(value) for value in cluster().exports]
    made, _ = only(template(), "AWS::ECS::Cluster")
    key, _ = only(template(), "AWS::KMS::Key")
    log, _ = only(template(), "AWS::Logs::LogGroup")
    assert exports == [{"Ref": made}, *({"Fn::GetAtt": [name, "Arn"]} for name in (made, key, log))]


def test_it_has_no_findings(cluster: Callable[..., Cluster], findings: Callable[[], list[str]]) -> None:
    cluster()
    assert findings() == []


@pytest.mark.parametrize(
    ("share", "message"),
    [
        ({"fargate_base": 100_001}, "fargate_base is 100001. Allowed: 0 to 100000."),
        ({"fargate_base": -1}, "fargate_base is -1. Allowed: 0 to 100000."),
        ({"fargate_weight": 1001}, "fargate_weight is 1001. Allowed: 0 to 1000."),
        ({"spot_weight": -1}, "spot_weight is -1. Allowed: 0 to 1000."),
    ],
)
def test_a_share_out_of_range_is_refused(share: dict[str, int], message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        CapacityShare(**share)
    assert str(error.value) == f"{message} Change: CapacityShare({next(iter(share))}=...)"


def test_a_share_that_places_no_task_is_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        CapacityShare(fargate_base=1, fargate_weight=0)
    assert str(error.value) == (
        "Neither Fargate nor Fargate Spot has a weight, so no task could be placed. "
        "Allowed: a weight of 1 or more for at least one of them. "
        "Change: CapacityShare(fargate_weight=..., spot_weight=...)"
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (CapacityShare(), "FARGATE 0+1, FARGATE_SPOT 0"),
        (CapacityShare(fargate_base=2, fargate_weight=0, spot_weight=3), "FARGATE 2+0, FARGATE_SPOT 3"),
    ],
)
def test_a_shares_words_say_all_of_it(share: CapacityShare, words: str) -> None:
    # A service is deployed anew when they change, so each number has to be in them.
    assert str(share) == words


@pytest.mark.parametrize("name", ["", "my cluster", "a" * 256])
def test_refuses_a_name_that_ecs_does_not_take(cluster: Callable[..., Cluster], name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        cluster(name=name)
    assert str(refused.value) == (
        f'ECS accepts no cluster named "{name}". Allowed: 1 to 255 letters, digits, hyphens and underscores. '
        "Change: Cluster(name=...)"
    )


def test_a_name_known_at_deployment_only_is_not_judged(cluster: Callable[..., Cluster]) -> None:
    cluster(name=cdk.Fn.import_value("name"))
