"""What a capacity is when nothing is chosen."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.capacity.agent import PortRange
from ecs_platform.capacity.ec2_capacity import Ec2Capacity
from ecs_platform.capacity.image import Ec2Image
from ecs_platform.capacity.scaling import Spot
from ecs_platform.cluster import Cluster
from ecs_platform.network.network import Network
from ecs_platform.network.reach import AwsService
from ecs_platform.network.zones import Zone
from ecs_platform.task.architecture import Architecture
from tests.unit.capacity.built import default
from tests.unit.fakes import FakeNetwork

CLUSTER = "ClusterC2E21B66"
CLUSTER_ARN = {"Fn::GetAtt": [CLUSTER, "Arn"]}


def test_cloudformation_finds_the_image_with_every_deployment() -> None:
    parameter = default().launch["ImageId"]["Ref"]
    assert default().template["Parameters"][parameter] == {
        "Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
        "Default": "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
    }


def test_the_metadata_service_wants_tokens_that_reach_no_container() -> None:
    assert default().launch["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    assert "ECS_AWSVPC_BLOCK_IMDS=true" in default().user_data


def test_instances_have_no_public_address_and_no_key() -> None:
    (interface,) = default().launch["NetworkInterfaces"]
    assert interface["AssociatePublicIpAddress"] is False
    assert "KeyName" not in default().launch
    assert default().group["VPCZoneIdentifier"] == ["subnet-private-a", "subnet-private-b"]


def test_the_root_volume_is_encrypted() -> None:
    assert default().launch["BlockDeviceMappings"] == [
        {"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeSize": 30, "VolumeType": "gp3"}}
    ]


def test_nothing_comes_in_and_https_goes_out() -> None:
    group = default().properties("AWS::EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in group
    assert not default().all("AWS::EC2::SecurityGroupIngress")
    (egress,) = group["SecurityGroupEgress"]
    assert (egress["CidrIp"], egress["IpProtocol"], egress["FromPort"], egress["ToPort"]) == (
        "0.0.0.0/0",
        "tcp",
        443,
        443,
    )
    (interface,) = default().launch["NetworkInterfaces"]
    (id_,) = default().all("AWS::EC2::SecurityGroup")
    assert interface["Groups"] == [{"Fn::GetAtt": [id_, "GroupId"]}]


def test_the_role_works_in_this_cluster_and_in_no_other() -> None:
    assert default().statements == {
        "JoinThisCluster": {
            "Sid": "JoinThisCluster",
            "Effect": "Allow",
            "Action": [
                "ecs:DeregisterContainerInstance",
                "ecs:RegisterContainerInstance",
                "ecs:SubmitAttachmentStateChanges",
                "ecs:SubmitContainerStateChange",
                "ecs:SubmitTaskStateChange",
            ],
            "Resource": CLUSTER_ARN,
        },
        "WorkInThisCluster": {
            "Sid": "WorkInThisCluster",
            "Effect": "Allow",
            "Action": ["ecs:Poll", "ecs:StartTelemetrySession"],
            "Resource": "*",
            "Condition": {"ArnEquals": {"ecs:cluster": CLUSTER_ARN}},
        },
        "FindEcs": {
            "Sid": "FindEcs",
            "Effect": "Allow",
            "Action": "ecs:DiscoverPollEndpoint",
            "Resource": "*",
        },
    }


def test_nobody_adds_to_the_role() -> None:
    # CDK's cluster would: pulling images and writing logs, which is for task execution roles.
    assert not default().all("AWS::IAM::Policy")
    role = default().role
    assert "ManagedPolicyArns" not in role
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_the_agents_file_is_written_before_the_agent_reads_it() -> None:
    first, opened, *settings, closed, cluster = default().user_data
    assert first == "#!/bin/bash"
    assert opened == "cat <<'END' >> /etc/ecs/ecs.config"
    assert closed == "END"
    assert cluster == f"echo ECS_CLUSTER=<{CLUSTER}> >> /etc/ecs/ecs.config"
    assert settings == sorted(settings)
    assert len(settings) == 19
    assert {"ECS_DISABLE_PRIVILEGED=true", "ECS_ENABLE_SPOT_INSTANCE_DRAINING=false"} <= {*settings}


def test_ecs_scales_protects_and_drains() -> None:
    provider = default().properties("AWS::ECS::CapacityProvider")
    (group,) = default().all("AWS::AutoScaling::AutoScalingGroup")
    assert provider == {
        "AutoScalingGroupProvider": {
            "AutoScalingGroupArn": {"Ref": group},
            "ManagedScaling": {
                "Status": "ENABLED",
                "TargetCapacity": 100,
                "MinimumScalingStepSize": 1,
                "MaximumScalingStepSize": 10_000,
                "InstanceWarmupPeriod": 300,
            },
            "ManagedTerminationProtection": "ENABLED",
            "ManagedDraining": "ENABLED",
        }
    }
    assert default().group["NewInstancesProtectedFromScaleIn"] is True
    # The function that drained instances before ECS did.
    assert not default().all("AWS::Lambda::Function")
    assert not default().all("AWS::AutoScaling::LifecycleHook")


def test_the_group_is_watched_and_sized_by_ecs() -> None:
    group = default().group
    assert (group["MinSize"], group["MaxSize"]) == ("0", "4")
    # A number here would be written back by every deployment.
    assert "DesiredCapacity" not in group
    assert group["MetricsCollection"] == [{"Granularity": "1Minute"}]
    assert default().launch["Monitoring"] == {"Enabled": True}
    assert (group["HealthCheckType"], group["HealthCheckGracePeriod"]) == ("EC2", 300)
    assert group["DefaultInstanceWarmup"] == 300
    assert group["CapacityRebalance"] is False
    assert {"Key": "AmazonECSManaged", "PropagateAtLaunch": True, "Value": "true"} in group["Tags"]


def test_a_new_launch_template_replaces_protected_instances_too() -> None:
    (template,) = default().all("AWS::EC2::LaunchTemplate")
    group = default().only("AWS::AutoScaling::AutoScalingGroup")
    assert group["Properties"]["LaunchTemplate"] == {
        "LaunchTemplateId": {"Ref": template},
        "Version": {"Fn::GetAtt": [template, "LatestVersionNumber"]},
    }
    assert group["UpdatePolicy"]["AutoScalingInstanceRefresh"] == {
        "Strategy": "Rolling",
        "Preferences": {
            "MinHealthyPercentage": 100,
            "MaxHealthyPercentage": 120,
            "ScaleInProtectedInstances": "Refresh",
        },
    }


def test_the_cluster_has_it_beside_fargate_and_keeps_its_strategy() -> None:
    association = default().properties("AWS::ECS::ClusterCapacityProviderAssociations")
    (provider,) = default().all("AWS::ECS::CapacityProvider")
    assert association["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT", {"Ref": provider}]
    (share,) = association["DefaultCapacityProviderStrategy"]
    assert share["CapacityProvider"] == "FARGATE"


def test_the_network_is_asked_for_what_the_agent_calls() -> None:
    assert default().reached == {AwsService.ECS, AwsService.ECS_AGENT, AwsService.ECS_TELEMETRY}


def test_services_read_what_they_need_of_it() -> None:
    built = default()
    capacity = built.capacity
    assert capacity.cluster is built.cluster
    assert (capacity.architecture, capacity.gpu) == (Architecture.ARM64, False)
    assert capacity.dynamic_ports == PortRange(first=32_768, last=60_999)
    (provider,) = built.all("AWS::ECS::CapacityProvider")
    (group,) = built.all("AWS::EC2::SecurityGroup")
    assert built.stack.resolve(capacity.exports) == [{"Ref": provider}, {"Fn::GetAtt": [group, "GroupId"]}]
    assert built.stack.resolve(capacity.provider_name) == {"Ref": provider}


def test_its_security_group_is_where_connections_are_opened() -> None:
    assert default().capacity.connections.security_groups == [default().capacity.security_group]


@pytest.mark.parametrize("options", [{}, {"session_manager": True}, {"spot": Spot()}])
def test_nag_has_nothing_to_say(
    stack: cdk.Stack, findings: Callable[[], list[str]], options: dict[str, Any]
) -> None:
    network = FakeNetwork(stack)
    Ec2Capacity(
        stack,
        "Capacity",
        cluster=Cluster(stack, "Cluster", network=network),
        network=network,
        image=Ec2Image(),
        instance_types=["m7g.large"],
        max_instances=2,
        **options,
    )
    assert findings() == []


def test_instances_go_before_the_network_that_their_agents_hear_ecs_through(stack: cdk.Stack) -> None:
    network = Network(
        stack,
        "Network",
        cidr="10.0.0.0/16",
        zones=[
            Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
            Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
        ],
    )
    Ec2Capacity(
        stack,
        "Capacity",
        cluster=Cluster(stack, "Cluster", network=network),
        network=network,
        image=Ec2Image(),
        instance_types=["m7g.large"],
        max_instances=2,
    )
    template = Template.from_stack(stack)
    (group,) = template.find_resources("AWS::AutoScaling::AutoScalingGroup").values()
    assert set(template.find_resources("AWS::EC2::VPCEndpoint")) <= set(group["DependsOn"])
