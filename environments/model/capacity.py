"""Whether the private subnets have an address for every task, also on the day when it matters."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from environments.model.job import JobSettings
from environments.model.network import NetworkSettings
from environments.model.service import ServiceSettings
from environments.model.value import Refusal

# https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
RESERVED_ADDRESSES = 5
# The network makes interface endpoints as the services need them, one address each in every zone. A fixed
# allowance, so that a new secret never makes an address plan invalid.
ENDPOINT_ADDRESSES = 24


def enough_addresses(
    network: NetworkSettings, services: Sequence[ServiceSettings], jobs: Sequence[JobSettings]
) -> Iterator[Refusal]:
    """Refuse private subnets that cannot hold a deployment of everything while one zone is down.

    A deployment that moves traffic runs twice the tasks, a rolling update what its `max_percent` says; a job
    runs one task for each of its schedules and one that somebody starts. ECS
    spreads them over the zones, and when one zone fails the others take its share; so each subnet must hold
    that number divided by one zone less, rounded up, and its endpoints. The load balancer's addresses are in
    the public subnets, whose smallest size holds them.
    """
    zones = len(network.live_zones)
    if zones < 2:
        return
    tasks = sum(service.scaling.peak_tasks for service in services)
    starting = sum(job.peak_tasks for job in jobs)
    deploying = sum(service.deployment_tasks for service in services) + starting
    share = -(-deploying // (zones - 1))
    needed = share + ENDPOINT_ADDRESSES
    for position, zone in enumerate(network.zones):
        free = IPv4Network(zone.private_cidr).num_addresses - RESERVED_ADDRESSES
        if zone.retired or free >= needed:
            continue
        yield Refusal(
            at=("network", "zones", position, "private_cidr"),
            problem=(
                f"{free:,} addresses are free and {needed:,} are needed: {share:,} for the share of "
                f"{deploying:,} tasks (the {tasks:,} that all services may reach, "
                f"{'' if starting else 'and '}{deploying - starting - tasks:,} that their deployments run "
                f"beside them{f', and {starting:,} of jobs' if starting else ''}) when one of the {zones} "
                f"zones is down, and {ENDPOINT_ADDRESSES} for interface endpoints."
            ),
            allowed=_large_enough(needed),
        )


def _large_enough(needed: int) -> str:
    prefix = 32 - (needed + RESERVED_ADDRESSES - 1).bit_length()
    if prefix < 16:
        return "fewer tasks or more zones; a subnet is /16 at most."
    return f"/{prefix} or larger, fewer tasks, or more zones."
