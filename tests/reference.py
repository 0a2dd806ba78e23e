"""dev as this project ships it, for tests of what is done with an environment.

A fork edits its own dev, as the README tells it to; these tests then still change what they know.
"""

from environments.loading.check import check
from environments.model import (
    Canary,
    ClusterSettings,
    CodeDeployBlueGreen,
    Environment,
    LoadBalancerSettings,
    NetworkSettings,
    RegistrySettings,
    Routing,
    Scaling,
    ServiceSettings,
    SourceImage,
    Tags,
    Zone,
)

_WRITTEN = Environment(
    name="dev",
    account=None,
    region="eu-central-1",
    tags=Tags(owner="platform-team", cost_center="engineering"),
    network=NetworkSettings(
        cidr="10.0.0.0/16",
        zones=[
            Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
            Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
        ],
        flow_log_retention_days=7,
    ),
    cluster=ClusterSettings(fargate_base=1, fargate_weight=1, fargate_spot_weight=3),
    registry=RegistrySettings(keep_images=10, removable=True),
    load_balancer=LoadBalancerSettings(
        https=None,
        plain_http_reason="an environment of tests, which nobody sends anything",
        deletion_protection=False,
        access_log_retention_days=7,
    ),
    log_retention_days=7,
    removable=True,
    services=[
        ServiceSettings(
            name="hello",
            image=SourceImage(directory="service"),
            cpu=256,
            memory_mib=512,
            port=8080,
            environment={"APP_VERSION": "1"},
            health_check_path="/healthz",
            routing=Routing(priority=100, paths=["/*"]),
            scaling=Scaling(min_tasks=1, max_tasks=4, cpu_percent=60),
            deployment=CodeDeployBlueGreen(traffic=Canary(percent=20, minutes=1), termination_wait_minutes=5),
        ),
    ],
)


def _valid() -> Environment:
    checked = check(_WRITTEN, "tests/reference.py")
    assert checked.valid is not None, [str(each) for each in checked.mistakes]
    return checked.valid


DEV = _valid()
