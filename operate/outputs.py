"""What is deployed, as the stacks' outputs say: the only thing that the commands know of the templates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from botocore.exceptions import ClientError

from environments.model import Environment, ServiceImage
from operate.aws import Aws, explained
from operate.problem import OperateError
from operate.workload import JobOutputs, ScheduleOutputs


@dataclass(frozen=True, kw_only=True)
class ServiceOutputs:
    """One service of a deployed environment.

    Args:
        name: The service in the environment file.
        stack: Its stack.
        cluster: The cluster's name.
        service: The ECS service's name.
        repository: The ECR repository's name.
        task_definition: ARN of the configured revision, never "latest of the family".
        container: Name of the container behind the load balancer.
        port: Its port.
        subnets: Where new tasks start.
        security_group: The tasks' security group.
        log_group: Where their output goes.
        application: The CodeDeploy application. None with the strategies of ECS itself.
        deployment_group: Its deployment group. None with the strategies of ECS itself.
        blue: ARN of the blue target group.
        green: ARN of the green target group. None with a rolling update.
        production_rule: ARN of the listener rule for users.
        test_rule: ARN of the rule on the test listener. None with a rolling update.
        hooks: Function ARNs by the stage of the deployment that calls them.
        migration: Words of the command that runs before traffic moves. None where there is none.
        url: Where the environment answers.
    """

    name: str
    stack: str
    cluster: str
    service: str
    repository: str
    task_definition: str
    container: str
    port: int
    subnets: Sequence[str]
    security_group: str
    log_group: str
    application: str | None
    deployment_group: str | None
    blue: str
    green: str | None
    production_rule: str
    test_rule: str | None
    hooks: Mapping[str, str] = field(default_factory=dict[str, str])
    migration: Sequence[str] = ()
    url: str

    @property
    def by_code_deploy(self) -> bool:
        """Whether CodeDeploy moves the traffic, and not ECS itself."""
        return self.deployment_group is not None


class Deployed:
    """The stacks of an environment.

    Args:
        aws: The way to the environment's account.
    """

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        self.environment: Environment = aws.environment

    def service_names(self) -> Sequence[str]:
        """The services that the environment file names."""
        return [service.name for service in self.environment.services]

    def job_names(self) -> Sequence[str]:
        """The jobs that the environment file names."""
        return [job.name for job in self.environment.jobs]

    def stacks(self) -> Sequence[str]:
        """The environment's stacks that exist, in the order of their names."""
        with explained("list the stacks"):
            pages = self.aws.client("cloudformation").get_paginator("describe_stacks").paginate()
            found = [stack["StackName"] for page in pages for stack in page["Stacks"]]
        wanted = {"network", "registry", "platform", *self.service_names(), *self.job_names()}
        prefix = f"{self.environment.name}-"
        return sorted(
            name for name in found if name.startswith(prefix) and name.removeprefix(prefix) in wanted
        )

    def service(self, name: str) -> ServiceOutputs:
        """What the stacks say of a service.

        Args:
            name: The service in the environment file.

        Raises:
            OperateError: There is no such service, or a stack is not, or not wholly deployed.
        """
        if name not in self.service_names():
            raise OperateError(
                f"{self.environment.name} has no service {name!r}"
                + (", but a job of this name." if name in self.job_names() else "."),
                next_step=f"one of: {', '.join(self.service_names())}.",
            )
        stack = f"{self.environment.name}-{name}"
        try:
            return self._service(name, stack, self.outputs(stack), self._platform, self._network)
        except KeyError as missing:
            raise self._unsaid(missing, name) from missing

    def job(self, name: str) -> JobOutputs:
        """What its stack says of a job.

        Args:
            name: The job in the environment file.

        Raises:
            OperateError: There is no such job, or its stack is not, or not wholly deployed.
        """
        settings = next((job for job in self.environment.jobs if job.name == name), None)
        if settings is None:
            file = f"environments/{self.environment.name.replace('-', '_')}.py"
            raise OperateError(
                f"{self.environment.name} has no job {name!r}"
                + (", but a service of this name." if name in self.service_names() else "."),
                next_step=f"one of: {', '.join(self.job_names())}."
                if self.job_names()
                else f"jobs=[JobSettings(...)] in {file}, then make deploy (docs/jobs.md).",
            )
        stack = f"{self.environment.name}-{name}"
        image = settings.image
        own = self.outputs(stack)
        try:
            return JobOutputs(
                name=name,
                stack=stack,
                cluster=own["ClusterName"],
                repository=f"{self.environment.name}/"
                + (image.service if isinstance(image, ServiceImage) else name),
                task_definition=own["TaskDefinitionArn"],
                family=own["TaskFamily"],
                container=own["ContainerName"],
                subnets=tuple(own["TaskSubnets"].split(",")),
                security_group=own["TaskSecurityGroup"],
                log_group=own["LogGroupName"],
                schedules=tuple(ScheduleOutputs(**each) for each in json.loads(own.get("Schedules", "[]"))),
            )
        except KeyError as missing:
            raise self._unsaid(missing, name) from missing

    def _unsaid(self, missing: KeyError, name: str) -> OperateError:
        return OperateError(
            f"The stacks of {self.environment.name} do not say {missing.args[0]}, which {name} needs.",
            cause="a deployment has failed or is under way, or it was made by an older version.",
            next_step=f"make deploy ENV={self.environment.name}",
        )

    def log_group(self, name: str) -> str:
        """Where a service or a job writes.

        Args:
            name: Its name in the environment file.

        Raises:
            OperateError: There is none of this name, or its stack is not deployed.
        """
        names = [*self.service_names(), *(job.name for job in self.environment.jobs)]
        if name not in names:
            raise OperateError(
                f"{self.environment.name} has no service or job {name!r}.",
                next_step=f"one of: {', '.join(names)}.",
            )
        stack = f"{self.environment.name}-{name}"
        try:
            return self.outputs(stack)["LogGroupName"]
        except KeyError as missing:
            raise OperateError(
                f"The stack {stack} does not say where {name} writes.",
                cause="a deployment has failed or is under way.",
                next_step=f"make deploy ENV={self.environment.name}",
            ) from missing

    def _service(
        self,
        name: str,
        stack: str,
        own: Mapping[str, str],
        platform: Mapping[str, str],
        network: Mapping[str, str],
    ) -> ServiceOutputs:
        return ServiceOutputs(
            name=name,
            stack=stack,
            cluster=platform["ClusterName"],
            service=own["ServiceName"],
            repository=f"{self.environment.name}/{name}",
            task_definition=own["TaskDefinitionArn"],
            container=own["ContainerName"],
            port=int(own["ContainerPort"]),
            subnets=tuple(network["TaskSubnets"].split(",")),
            security_group=own["TaskSecurityGroup"],
            log_group=own["LogGroupName"],
            application=own.get("ApplicationName"),
            deployment_group=own.get("DeploymentGroupName"),
            blue=own["BlueTargetGroup"],
            green=own.get("GreenTargetGroup"),
            production_rule=own["ProductionRule"],
            test_rule=own.get("TestRule"),
            hooks=json.loads(own.get("Hooks", "{}")),
            migration=tuple(json.loads(own.get("Migration", "[]"))),
            url=platform["Url"],
        )

    def outputs(self, stack: str) -> Mapping[str, str]:
        """The outputs of a stack.

        Raises:
            OperateError: It is not deployed.
        """
        try:
            with explained(f"read the stack {stack}"):
                described = self.aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        except OperateError as error:
            if isinstance(error.__cause__, ClientError) and "does not exist" in str(error.__cause__):
                raise OperateError(
                    f"The stack {stack} does not exist in {self.aws.region}.",
                    next_step=f"make deploy ENV={self.environment.name}",
                ) from error
            raise
        return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}

    @cached_property
    def _platform(self) -> Mapping[str, str]:
        return self.outputs(f"{self.environment.name}-platform")

    @cached_property
    def _network(self) -> Mapping[str, str]:
        return self.outputs(f"{self.environment.name}-network")
