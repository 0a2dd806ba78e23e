"""A whole environment: its parts and the rules that span them."""

from collections.abc import Iterator
from typing import Annotated

from environments.model.capacity import enough_addresses
from environments.model.fields import (
    AccountId,
    EnvironmentName,
    LogRetentionDays,
    Region,
    TagValue,
    between,
    matching,
)
from environments.model.image import PublicImage
from environments.model.job import JobSettings
from environments.model.job_rules import (
    images_of_services,
    jobs_named_once,
    names_apart,
    schedule_groups_apart,
)
from environments.model.load_balancer import HttpsWithCertificate, LoadBalancerSettings
from environments.model.network import NetworkSettings
from environments.model.service import ServiceSettings
from environments.model.service_rules import (
    computed_priorities_apart,
    priorities_once,
    services_fit_load_balancer,
    services_named_once,
)
from environments.model.stopped_tasks import StoppedTasks
from environments.model.task import SecretsManagerSecret
from environments.model.value import Items, Refusal, Value

STANDARD_QUALIFIER = "hnb659fds"
"""The qualifier of a plain `cdk bootstrap`: of an environment that names none."""

# It becomes part of a bucket's name. https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
BootstrapQualifier = Annotated[
    str,
    matching(
        r"[a-z0-9]+",
        problem="Not a qualifier of a bootstrap.",
        allowed="lower-case letters and digits.",
        longest=10,
    ),
]


class Tags(Value):
    """Tags on every resource, beside `environment` and `service`.

    Args:
        owner: Who answers for it.
        cost_center: Who pays for it.
    """

    owner: TagValue
    cost_center: TagValue


class ClusterSettings(Value):
    """How tasks are divided between Fargate and Fargate Spot.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html

    Args:
        fargate_base: The first tasks of every service, always on Fargate. None by default.
        fargate_weight: Fargate's share of the others. 1 by default.
        fargate_spot_weight: Spot's share of the others: cheaper, and ended by AWS with two minutes' notice.
            None by default.
    """

    fargate_base: Annotated[int, between(0, 100_000, unit="tasks")] = 0
    fargate_weight: Annotated[int, between(0, 1000)] = 1
    fargate_spot_weight: Annotated[int, between(0, 1000)] = 0

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """Tasks have somewhere to run."""
        return (self._some_weight(),)

    def _some_weight(self) -> Iterator[Refusal]:
        if self.fargate_weight == 0 and self.fargate_spot_weight == 0:
            yield Refusal(
                at=("fargate_weight",),
                problem="fargate_spot_weight is 0 too, and tasks would have nowhere to run.",
                allowed="a weight above 0 for one of the two.",
            )


class RegistrySettings(Value):
    """The image repositories, one a service.

    Args:
        keep_images: How many images stay: the live one, the one to go back to, and older ones.
        removable: Whether a repository and its images go with the stack.
    """

    keep_images: Annotated[int, between(2, 10_000, unit="images")]
    removable: bool


class Environment(Value):
    """Everything that differs between one environment and the next.

    Args:
        name: Names the file, the stage and the stacks.
        account: The AWS account. None is the account of whoever deploys.
        region: The AWS region.
        bootstrap_qualifier: Names the environment's own bootstrap, whose deployments may touch nothing but
            the environment. None, the default, is CDK's standard one, which may do anything.
        tags: Tags on every resource.
        network: The address plan.
        cluster: Fargate and Spot.
        registry: The image repositories.
        load_balancer: The shared load balancer.
        log_retention_days: How long the logs of tasks and functions are kept.
        removable: Whether log groups and buckets go with the stack, contents included.
        services: The services.
        jobs: Tasks that somebody or a schedule starts. None by default.
        stopped_tasks: Who hears of tasks that fail. Nobody by default.
    """

    name: EnvironmentName
    account: AccountId | None
    region: Region
    bootstrap_qualifier: BootstrapQualifier | None = None
    tags: Tags
    network: NetworkSettings
    cluster: ClusterSettings
    registry: RegistrySettings
    load_balancer: LoadBalancerSettings
    log_retention_days: LogRetentionDays
    removable: bool
    services: Items[ServiceSettings]
    jobs: Items[JobSettings] = ()
    stopped_tasks: StoppedTasks | None = None

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """What spans several of the parts."""
        return (
            self._qualifier_of_its_own(),
            self._zones_of_region(),
            self._certificate_is_here(),
            self._secrets_are_here(),
            self._topic_is_here(),
            self._public_images_in_reach(),
            services_named_once(self),
            jobs_named_once(self),
            names_apart(self),
            images_of_services(self),
            schedule_groups_apart(self),
            priorities_once(self),
            computed_priorities_apart(self),
            services_fit_load_balancer(self),
            self._enough_addresses(),
        )

    @property
    def permissions_boundary(self) -> str | None:
        """The managed policy that every role of the environment carries. None with the standard bootstrap."""
        return f"cdk-{self.bootstrap_qualifier}-boundary" if self.bootstrap_qualifier else None

    def _qualifier_of_its_own(self) -> Iterator[Refusal]:
        if self.bootstrap_qualifier == STANDARD_QUALIFIER:
            yield Refusal(
                at=("bootstrap_qualifier",),
                problem="The standard bootstrap has this one, with rights to everything.",
                allowed="another one, or None for the standard bootstrap.",
            )

    def _zones_of_region(self) -> Iterator[Refusal]:
        for position, zone in enumerate(self.network.zones):
            if zone.name[:-1] != self.region:
                yield Refusal(
                    at=("network", "zones", position, "name"),
                    problem=f"Not a zone of {self.region}.",
                    allowed=f"{self.region}a, {self.region}b and so on.",
                )

    def _certificate_is_here(self) -> Iterator[Refusal]:
        https = self.load_balancer.https
        if not isinstance(https, HttpsWithCertificate):
            return
        *_, region, account, _ = https.certificate_arn.split(":")
        if region != self.region or (self.account is not None and account != self.account):
            yield Refusal(
                at=("load_balancer", "https", "certificate_arn"),
                problem=f"The certificate is in account {account} and {region}; the load balancer is not.",
                allowed=f"a certificate in {self.account or 'the same account'} and {self.region}.",
            )

    def _secrets_are_here(self) -> Iterator[Refusal]:
        for where, workload in self._workloads():
            used = [
                *((("secrets", name), secret) for name, secret in workload.secrets.items()),
                *((("retired", number), secret) for number, secret in enumerate(workload.retired)),
            ]
            for at, secret in used:
                if not isinstance(secret, SecretsManagerSecret) or not secret.secret_id.startswith("arn:"):
                    continue
                region = secret.secret_id.split(":")[3]
                if region != self.region:
                    yield Refusal(
                        at=(*where, *at, "secret_id"),
                        problem=f"The secret is in {region}; tasks reach the secrets of their own region.",
                        allowed=f"a secret, or the replica of one, in {self.region}.",
                    )

    def _topic_is_here(self) -> Iterator[Refusal]:
        arn = self.stopped_tasks.topic_arn if self.stopped_tasks else None
        if arn is not None and arn.split(":")[3] != self.region:
            yield Refusal(
                at=("stopped_tasks", "topic_arn"),
                problem=f"The topic is in {arn.split(':')[3]}; rules publish to topics of their own region.",
                allowed=f"a topic in {self.region}.",
            )

    def _public_images_in_reach(self) -> Iterator[Refusal]:
        if self.network.nat != "none":
            return
        for where, workload in self._workloads():
            if isinstance(workload.image, PublicImage):
                uri = workload.image.uri
                yield Refusal(
                    at=(*where, "image", "uri"),
                    problem='network.nat is "none", and without NAT no task reaches a public registry.',
                    allowed=(
                        "RegistryImage(...), once "
                        f"`make copy-image ENV={self.name} SERVICE={workload.name} SOURCE={uri}` has copied "
                        'it; or network.nat "one" or "one_per_zone".'
                    ),
                )

    def _enough_addresses(self) -> Iterator[Refusal]:
        yield from enough_addresses(self.network, self.services, self.jobs)

    def _workloads(self) -> Iterator[tuple[tuple[str, int], ServiceSettings | JobSettings]]:
        """Services and jobs, each with the way to it."""
        for position, service in enumerate(self.services):
            yield ("services", position), service
        for position, job in enumerate(self.jobs):
            yield ("jobs", position), job
