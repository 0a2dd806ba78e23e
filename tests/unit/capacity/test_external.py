from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.capacity.external import ExternalCapacity
from ecs_platform.cluster import Cluster
from ecs_platform.problem import ConfigurationError
from tests.unit.fakes import FakeNetwork

CLUSTER = "ClusterC2E21B66"


@pytest.fixture
def external(stack: cdk.Stack) -> Callable[..., ExternalCapacity]:
    def build(**options: Any) -> ExternalCapacity:
        cluster = Cluster(stack, "Cluster", network=FakeNetwork(stack), name="dev")
        return ExternalCapacity(stack, "External", cluster=cluster, **options)

    return build


def test_machines_join_this_cluster_and_renew_their_credentials(
    external: Callable[..., ExternalCapacity], template: Callable[[], Template]
) -> None:
    external()
    (role,) = template().find_resources("AWS::IAM::Role").values()
    (policy,) = role["Properties"]["Policies"]
    join, work, find, manage = policy["PolicyDocument"]["Statement"]
    assert join["Resource"] == {"Fn::GetAtt": [CLUSTER, "Arn"]}
    assert work["Condition"] == {"ArnEquals": {"ecs:cluster": {"Fn::GetAtt": [CLUSTER, "Arn"]}}}
    assert work["Action"] == ["ecs:Poll", "ecs:StartTelemetrySession"]
    assert find["Action"] == "ecs:DiscoverPollEndpoint"
    # AmazonSSMManagedInstanceCore without ssm:GetParameter and ssm:GetParameters.
    assert manage["Action"] == [
        "ec2messages:AcknowledgeMessage",
        "ec2messages:DeleteMessage",
        "ec2messages:FailMessage",
        "ec2messages:GetEndpoint",
        "ec2messages:GetMessages",
        "ec2messages:SendReply",
        "ssm:DescribeAssociation",
        "ssm:DescribeDocument",
        "ssm:GetDeployablePatchSnapshotForInstance",
        "ssm:GetDocument",
        "ssm:GetManifest",
        "ssm:ListAssociations",
        "ssm:ListInstanceAssociations",
        "ssm:PutComplianceItems",
        "ssm:PutConfigurePackageResult",
        "ssm:PutInventory",
        "ssm:UpdateAssociationStatus",
        "ssm:UpdateInstanceAssociationStatus",
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]
    assert "ManagedPolicyArns" not in role["Properties"]


def test_the_role_is_for_systems_manager_of_this_account_alone(
    external: Callable[..., ExternalCapacity], template: Callable[[], Template]
) -> None:
    external()
    (role,) = template().find_resources("AWS::IAM::Role").values()
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "ssm.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}
    assert trust["Condition"]["ArnLike"] == {"aws:SourceArn": "arn:aws:ssm:eu-central-1:111122223333:*"}


def test_the_commands_are_typed_as_they_are_printed(
    external: Callable[..., ExternalCapacity], stack: cdk.Stack
) -> None:
    outputs = stack.resolve(dict(external(registration_limit=3).outputs))
    role = outputs["ExternalRoleName"]["Ref"]

    def typed(command: Any) -> str:
        return "".join(
            part if isinstance(part, str) else f"<{part['Ref']}>" for part in command["Fn::Join"][1]
        )

    assert typed(outputs["ExternalActivationCommand"]) == (
        f"aws ssm create-activation --region eu-central-1 --iam-role <{role}> --registration-limit 3 "
        f"--default-instance-name <{CLUSTER}>"
    )
    assert typed(outputs["ExternalRegistrationCommand"]) == (
        'curl --proto "https" -o /tmp/ecs-anywhere-install.sh '
        "https://amazon-ecs-agent.s3.amazonaws.com/ecs-anywhere-install-latest.sh && "
        "bash /tmp/ecs-anywhere-install.sh --region eu-central-1 "
        f"--cluster <{CLUSTER}> "
        '--activation-id "$ACTIVATION_ID" --activation-code "$ACTIVATION_CODE"'
    )


@pytest.mark.parametrize("limit", [0, 1_001])
def test_an_activation_registers_one_to_a_thousand(
    external: Callable[..., ExternalCapacity], limit: int
) -> None:
    with pytest.raises(ConfigurationError, match=f"registration_limit is {limit}"):
        external(registration_limit=limit)


def test_nag_has_nothing_to_say(
    external: Callable[..., ExternalCapacity], findings: Callable[[], list[str]]
) -> None:
    external()
    assert findings() == []
