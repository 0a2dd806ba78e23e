"""`dev/report`: one job with its schedules, and what it takes to start it by hand."""

import json
from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from constructs import Construct

import ecs_platform as library
from environments.model import Environment, JobSchedule, JobSettings
from stacks import translate
from stacks.names import family_name, image_repository_name, log_group_name, schedule_group_name


class JobStack(cdk.Stack):
    """The task definition of one job, and the schedules that start it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        environment: Environment,
        job: JobSettings,
        network: library.INetwork,
        cluster: library.Cluster,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_, tags=tags)
        repository = ecr.Repository.from_repository_name(
            self, "Repository", image_repository_name(environment, job)
        )
        task = library.TaskDefinition(
            self,
            "Task",
            family=family_name(environment, job),
            size=library.FargateSize(cpu=job.cpu, memory_mib=job.memory_mib),
            architecture=library.Architecture(job.architecture),
            image=translate.image_of_job(job, environment),
            repository=repository,
            command=job.command or None,
            environment=job.environment,
            secrets={key: translate.secret(value) for key, value in job.secrets.items()},
            retired_secrets=[translate.secret(each) for each in job.retired],
            logs=library.AwsLogs(
                group_name=log_group_name(environment, job),
                retention=translate.RETENTION[environment.log_retention_days],
                removal_policy=translate.removal_policy(environment.removable),
            ),
            network=network,
            stop_timeout_seconds=job.stop_timeout_seconds,
        )
        self.job = library.OneOffTask(self, "Job", network=network, cluster=cluster, task=task)
        for schedule in job.schedules:
            library.ScheduledTask(
                self,
                schedule.name,
                job=self.job,
                schedule=translate.schedule(schedule),
                command=schedule.command or None,
                retry=translate.retry(schedule.retry),
                flexible_window_minutes=schedule.flexible_window_minutes,
                enabled=schedule.enabled,
                # CDK's own name would leave the environment's out, by which rights are given.
                group_name=schedule_group_name(environment, job, schedule),
            )
        outputs = dict(self.job.outputs)
        if job.schedules:
            # What `status` shows; it need not ask EventBridge, nor be allowed to.
            outputs["Schedules"] = json.dumps([_told(schedule) for schedule in job.schedules])
        for key, value in outputs.items():
            cdk.CfnOutput(self, key, value=value)


def _told(schedule: JobSchedule) -> dict[str, object]:
    return {
        "name": schedule.name,
        "expression": schedule.expression,
        "time_zone": schedule.time_zone,
        "command": list(schedule.command),
        "enabled": schedule.enabled,
    }
