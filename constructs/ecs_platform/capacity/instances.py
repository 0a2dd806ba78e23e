"""The Auto Scaling group of container instances and what each is launched from."""

from collections.abc import Sequence
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.capacity.image import Ec2Image
from ecs_platform.capacity.scaling import InstanceReplacement, Spot
from ecs_platform.network.interface import INetwork

# The image's root device. https://github.com/aws/amazon-ecs-ami
_ROOT_DEVICE = "/dev/xvda"


class Instances(Construct):
    """A launch template and the group that launches from it; `Ec2Capacity` says what the arguments mean.

    Follows https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-groups.html

    Args:
        network: Where the instances run.
        role: The role of the instances.
        security_group: Their security group.
        image: What they start from.
        instance_types: The types, by preference.
        user_data: What runs at the first start.
        min_instances: The fewest.
        max_instances: The most.
        spot: Which part is Spot, or None.
        replacement: How a new launch template replaces them.
        warmup_seconds: How long a new instance counts as starting.
        volume_gib: The size of the root volume.
        hop_limit: How far a token of the metadata service travels.
        health_check_grace_seconds: How long a new instance may fail EC2's checks.
        notifications: A topic for the group's events, or None.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        network: INetwork,
        role: iam.IRole,
        security_group: ec2.ISecurityGroup,
        image: Ec2Image,
        instance_types: Sequence[str],
        user_data: ec2.UserData,
        min_instances: int,
        max_instances: int,
        spot: Spot | None,
        replacement: InstanceReplacement,
        warmup_seconds: int,
        volume_gib: int,
        hop_limit: int,
        health_check_grace_seconds: int,
        notifications: sns.ITopic | None,
    ) -> None:
        super().__init__(scope, id_)
        template = ec2.LaunchTemplate(
            self,
            "LaunchTemplate",
            # A parameter of the stack, not a dynamic reference: docs/decisions/ec2-capacity.md.
            machine_image=ec2.MachineImage.from_ssm_parameter(image.parameter),
            user_data=user_data,
            instance_type=ec2.InstanceType(instance_types[0]),
            role=role,
            security_group=security_group,
            associate_public_ip_address=False,
            require_imdsv2=True,
            # The image asks for 2, which lets containers in bridge mode have the instance's credentials.
            http_put_response_hop_limit=hop_limit,
            detailed_monitoring=True,
            block_devices=[
                ec2.BlockDevice(
                    device_name=_ROOT_DEVICE,
                    volume=ec2.BlockDeviceVolume.ebs(
                        volume_gib, encrypted=True, volume_type=ec2.EbsDeviceVolumeType.GP3
                    ),
                )
            ],
        )
        mixed = len(instance_types) > 1 or spot is not None
        self.group = autoscaling.AutoScalingGroup(
            self,
            "Group",
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=network.task_subnets),
            launch_template=None if mixed else cast("ec2.ILaunchTemplate", template),
            mixed_instances_policy=_mixture(template, instance_types, spot) if mixed else None,
            min_capacity=min_instances,
            max_capacity=max_instances,
            capacity_rebalance=spot is not None,
            default_instance_warmup=once.seconds(warmup_seconds),
            health_checks=autoscaling.HealthChecks.ec2(grace_period=once.seconds(health_check_grace_seconds)),
            group_metrics=[autoscaling.GroupMetrics.all()],
            notifications=[autoscaling.NotificationConfiguration(topic=notifications)]
            if notifications
            else None,
            update_policy=autoscaling.UpdatePolicy.instance_refresh(
                strategy=autoscaling.InstanceRefreshStrategy.ROLLING,
                min_healthy_percentage=replacement.min_healthy_percent,
                max_healthy_percentage=replacement.max_healthy_percent,
                # ECS protects every instance that runs tasks. The default waits an hour for protection to
                # end, and then fails; the instance is drained before it goes either way.
                scale_in_protected_instances=autoscaling.ScaleInProtectedInstances.REFRESH,
            ),
        )
        # ECS sets it when it takes the group over; instances launched before would go without.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
        cdk.Tags.of(self.group).add("AmazonECSManaged", "true", apply_to_launched_instances=True)
        if mixed:
            acknowledge(
                self.group,
                {
                    "AwsSolutions-EC26": "The rule does not find the launch template of a mixed instances "
                    "policy and fails. The template above encrypts the one volume there is."
                },
            )
        if notifications is None:
            acknowledge(
                self.group,
                {
                    "AwsSolutions-AS3": "Launches and terminations are the daily work of managed scaling, "
                    "and EventBridge has them without configuration. Who wants them sent names a topic: "
                    "Ec2Capacity(notifications=...)."
                },
            )


def _mixture(
    template: ec2.LaunchTemplate, instance_types: Sequence[str], spot: Spot | None
) -> autoscaling.MixedInstancesPolicy:
    return autoscaling.MixedInstancesPolicy(
        launch_template=cast("ec2.ILaunchTemplate", template),
        launch_template_overrides=[
            autoscaling.LaunchTemplateOverrides(instance_type=ec2.InstanceType(instance_type))
            for instance_type in instance_types
        ],
        instances_distribution=autoscaling.InstancesDistribution(
            on_demand_allocation_strategy=autoscaling.OnDemandAllocationStrategy.PRIORITIZED,
            on_demand_base_capacity=spot.on_demand_base if spot else 0,
            on_demand_percentage_above_base_capacity=spot.on_demand_percent if spot else 100,
            spot_allocation_strategy=autoscaling.SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED
            if spot
            else None,
        ),
    )
