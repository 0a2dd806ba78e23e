"""What each option of a capacity changes, and what is refused."""

from functools import cache
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns

from ecs_platform.capacity.agent import AgentConfig, PortRange
from ecs_platform.capacity.ec2_capacity import Ec2Capacity
from ecs_platform.capacity.image import Ec2Image
from ecs_platform.capacity.scaling import InstanceReplacement, ManagedScaling, Spot
from ecs_platform.cluster import Cluster
from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.architecture import Architecture
from tests.unit.capacity.built import Built
from tests.unit.fakes import FakeNetwork


@cache
def chosen() -> Built:
    """Everything otherwise, Spot aside."""
    return Built(
        image=Ec2Image(architecture=Architecture.X86_64, gpu=True),
        instance_types=["g6.xlarge"],
        min_instances=2,
        max_instances=3,
        name="gpus",
        agent=AgentConfig(
            dynamic_ports=PortRange(first=40_000, last=41_000), instance_attributes={"stack": "prod"}
        ),
        scaling=ManagedScaling(target_percent=80, smallest_step=2, largest_step=3, warmup_seconds=120),
        replacement=InstanceReplacement(min_healthy_percent=50, max_healthy_percent=150),
        volume_gib=200,
        termination_protection=False,
        tasks_see_instance_credentials=True,
        session_manager=True,
        health_check_grace_seconds=600,
    )


def test_the_image_is_that_of_gpus() -> None:
    parameter = chosen().launch["ImageId"]["Ref"]
    assert chosen().template["Parameters"][parameter]["Default"].endswith("/gpu/recommended/image_id")
    assert chosen().launch["InstanceType"] == "g6.xlarge"
    assert (chosen().capacity.architecture, chosen().capacity.gpu) == (Architecture.X86_64, True)


def test_the_agents_options_are_in_its_file() -> None:
    assert "ECS_DYNAMIC_HOST_PORT_RANGE=40000-41000" in chosen().user_data
    assert 'ECS_INSTANCE_ATTRIBUTES={"stack": "prod"}' in chosen().user_data
    assert chosen().capacity.dynamic_ports == PortRange(first=40_000, last=41_000)


def test_tasks_see_the_instances_credentials_on_request() -> None:
    assert chosen().launch["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 2}
    assert "ECS_AWSVPC_BLOCK_IMDS=false" in chosen().user_data


def test_scaling_is_as_chosen() -> None:
    provider = chosen().properties("AWS::ECS::CapacityProvider")
    assert provider["Name"] == "gpus"
    assert provider["AutoScalingGroupProvider"]["ManagedScaling"] == {
        "Status": "ENABLED",
        "TargetCapacity": 80,
        "MinimumScalingStepSize": 2,
        "MaximumScalingStepSize": 3,
        "InstanceWarmupPeriod": 120,
    }
    group = chosen().group
    assert (group["MinSize"], group["MaxSize"], group["DefaultInstanceWarmup"]) == ("2", "3", 120)
    assert group["HealthCheckGracePeriod"] == 600


def test_without_protection_instances_are_drained_all_the_same() -> None:
    provider = chosen().properties("AWS::ECS::CapacityProvider")["AutoScalingGroupProvider"]
    assert provider["ManagedTerminationProtection"] == "DISABLED"
    assert provider["ManagedDraining"] == "ENABLED"
    assert "NewInstancesProtectedFromScaleIn" not in chosen().group
    assert not chosen().all("AWS::AutoScaling::LifecycleHook")


def test_replacement_is_as_chosen() -> None:
    policy = chosen().only("AWS::AutoScaling::AutoScalingGroup")["UpdatePolicy"]
    preferences = policy["AutoScalingInstanceRefresh"]["Preferences"]
    assert (preferences["MinHealthyPercentage"], preferences["MaxHealthyPercentage"]) == (50, 150)


def test_the_volume_is_as_large_as_chosen() -> None:
    (device,) = chosen().launch["BlockDeviceMappings"]
    assert device["Ebs"]["VolumeSize"] == 200


def test_session_manager_is_allowed_and_reached_on_request() -> None:
    assert chosen().statements["SystemsManager"]["Action"] == [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]
    assert {AwsService.SSM, AwsService.SSM_MESSAGES} <= chosen().reached


def test_spot_instances_drain_themselves_and_are_replaced_early() -> None:
    spot = Built(instance_types=["m7g.large", "m6g.large"], spot=Spot(on_demand_base=1, on_demand_percent=20))
    policy = spot.group["MixedInstancesPolicy"]
    assert policy["InstancesDistribution"] == {
        "OnDemandAllocationStrategy": "prioritized",
        "OnDemandBaseCapacity": 1,
        "OnDemandPercentageAboveBaseCapacity": 20,
        "SpotAllocationStrategy": "price-capacity-optimized",
    }
    assert policy["LaunchTemplate"]["Overrides"] == [
        {"InstanceType": "m7g.large"},
        {"InstanceType": "m6g.large"},
    ]
    assert spot.group["CapacityRebalance"] is True
    assert "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true" in spot.user_data
    assert "ecs:UpdateContainerInstancesState" in spot.statements["WorkInThisCluster"]["Action"]


def test_spot_instances_may_be_of_one_type() -> None:
    policy = Built(spot=Spot()).group["MixedInstancesPolicy"]
    assert policy["InstancesDistribution"]["OnDemandPercentageAboveBaseCapacity"] == 0
    assert policy["LaunchTemplate"]["Overrides"] == [{"InstanceType": "m7g.large"}]


def test_several_types_without_spot_are_taken_in_order() -> None:
    built = Built(instance_types=["m7g.large", "m6g.large"])
    distribution = built.group["MixedInstancesPolicy"]["InstancesDistribution"]
    assert distribution["OnDemandPercentageAboveBaseCapacity"] == 100
    assert distribution["OnDemandAllocationStrategy"] == "prioritized"
    assert "SpotAllocationStrategy" not in distribution
    assert built.group["CapacityRebalance"] is False


def test_a_topic_hears_of_launches_and_terminations() -> None:
    topic = "arn:aws:sns:eu-central-1:111122223333:fleet"
    built = Built(notifications=lambda stack: sns.Topic.from_topic_arn(stack, "Topic", topic))
    (notification,) = built.group["NotificationConfigurations"]
    assert notification["TopicARN"] == topic
    assert {"autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_TERMINATE"} <= {
        *notification["NotificationTypes"]
    }


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"max_instances": 0}, "max_instances is 0. There are to be at least 1 instances and at most 0."),
        ({"max_instances": 5_001}, "max_instances is 5001."),
        ({"min_instances": -1}, "min_instances is -1."),
        ({"min_instances": 3}, "There are to be at least 3 instances and at most 2."),
        ({"volume_gib": 29}, "volume_gib is 29."),
        ({"volume_gib": 16_385}, "volume_gib is 16385."),
        ({"health_check_grace_seconds": -1}, "health_check_grace_seconds is -1."),
        ({"health_check_grace_seconds": 7_201}, "health_check_grace_seconds is 7201."),
        ({"name": "ecs-fleet"}, '"ecs-fleet" (9 characters) is no name of a capacity provider.'),
        ({"name": "AWS1"}, '"AWS1" (4 characters) is no name of a capacity provider.'),
        ({"name": "fargate"}, '"fargate" (7 characters) is no name of a capacity provider.'),
        ({"name": "two words"}, '"two words" (9 characters) is no name of a capacity provider.'),
        ({"name": "a" * 256}, f'"{"a" * 256}" (256 characters) is no name of a capacity provider.'),
        ({"instance_types": ["m7i.large"]}, "m7i.large has X86_64 processors and the image is for ARM64."),
        (
            {"spot": Spot(on_demand_base=2)},
            "The first 2 instances are not Spot, and there are never more than 2.",
        ),
        (
            {"instance_types": ["m7i.large"], "volume_gib": 8},
            "m7i.large has X86_64 processors and the image is for ARM64. volume_gib is 8.",
        ),
    ],
)
def test_what_aws_would_refuse_is_refused(stack: cdk.Stack, options: dict[str, Any], problem: str) -> None:
    network = FakeNetwork(stack)
    cluster = Cluster(stack, "Cluster", network=network)
    usual = {"image": Ec2Image(), "instance_types": ["m7g.large"], "min_instances": 1, "max_instances": 2}
    with pytest.raises(ConfigurationError) as refused:
        Ec2Capacity(stack, "Capacity", cluster=cluster, network=network, **{**usual, **options})
    assert refused.value.problem == problem
    assert not network.reached


def test_a_cluster_in_another_stack_is_refused(app: cdk.App, stack: cdk.Stack) -> None:
    network = FakeNetwork(stack)
    cluster = Cluster(stack, "Cluster", network=network)
    other = cdk.Stack(app, "other", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    with pytest.raises(ConfigurationError) as refused:
        Ec2Capacity(
            other,
            "Capacity",
            cluster=cluster,
            network=network,
            image=Ec2Image(),
            instance_types=["m7g.large"],
            max_instances=2,
        )
    assert refused.value.problem == "other/Capacity is in another stack than its cluster stack/Cluster."
