"""What a schedule calls: RunTask, with all it takes to start one task of a job."""

from typing import cast

import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs

from ecs_platform import once
from ecs_platform.jobs.one_off_task import OneOffTask
from ecs_platform.jobs.retry import Retry


def target_of(
    job: OneOffTask,
    *,
    role: iam.IRole,
    override: scheduler.ScheduleTargetInput | None,
    retry: Retry,
    dead_letters: sqs.IQueue,
    platform_version: ecs.FargatePlatformVersion | None,
) -> scheduler.IScheduleTarget:
    """The target of a schedule: one task of the job, tagged as the job is.

    Args:
        job: The job.
        role: What EventBridge starts it with.
        override: What the container runs instead. None for what the task definition says.
        retry: What becomes of a start that ECS refuses.
        dead_letters: Where starts go that failed to the end.
        platform_version: Fargate's platform version, or None.
    """
    if job.capacity or job.external:
        machines = _OnMachines(job, role=role, override=override, retry=retry, dead_letters=dead_letters)
        return cast("scheduler.IScheduleTarget", machines)
    # jsii names the one parameter of the protocol differently.
    return cast(
        "scheduler.IScheduleTarget",
        targets.EcsRunFargateTask(
            job.cluster.cluster,
            task_definition=job.task.definition,
            role=role,
            input=override,
            vpc_subnets=ec2.SubnetSelection(subnets=list(job.subnets)),
            security_groups=[cast("ec2.ISecurityGroup", job.security_group)],
            assign_public_ip=False,
            platform_version=platform_version,
            enable_ecs_managed_tags=True,
            propagate_tags=True,
            retry_attempts=retry.attempts,
            max_event_age=once.seconds(retry.max_age_seconds),
            dead_letter_queue=dead_letters,
        ),
    )


@jsii.implements(scheduler.IScheduleTarget)
class _OnMachines:
    """RunTask on instances or outside AWS; CDK has no target for launch type EXTERNAL.

    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EcsParameters.html
    """

    def __init__(
        self,
        job: OneOffTask,
        *,
        role: iam.IRole,
        override: scheduler.ScheduleTargetInput | None,
        retry: Retry,
        dead_letters: sqs.IQueue,
    ) -> None:
        self._job = job
        self._role = role
        self._override = override
        self._retry = retry
        self._dead_letters = dead_letters

    def bind(self, _schedule: scheduler.ISchedule) -> scheduler.ScheduleTargetConfig:
        job, retry = self._job, self._retry
        return scheduler.ScheduleTargetConfig(
            arn=job.cluster.cluster.cluster_arn,
            role=self._role,
            input=self._override,
            dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                arn=self._dead_letters.queue_arn
            ),
            retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                maximum_event_age_in_seconds=retry.max_age_seconds, maximum_retry_attempts=retry.attempts
            ),
            ecs_parameters=scheduler.CfnSchedule.EcsParametersProperty(
                task_definition_arn=job.task.definition.task_definition_arn,
                # Of the two, RunTask takes one.
                launch_type="EXTERNAL" if job.external else None,
                capacity_provider_strategy=[
                    scheduler.CfnSchedule.CapacityProviderStrategyItemProperty(
                        capacity_provider=job.capacity.provider_name, weight=1
                    )
                ]
                if job.capacity
                else None,
                network_configuration=scheduler.CfnSchedule.NetworkConfigurationProperty(
                    awsvpc_configuration=scheduler.CfnSchedule.AwsVpcConfigurationProperty(
                        subnets=[subnet.subnet_id for subnet in job.subnets],
                        security_groups=[job.security_group.security_group_id],
                    )
                )
                if job.security_group
                else None,
                enable_ecs_managed_tags=True,
                propagate_tags="TASK_DEFINITION",
            ),
        )
