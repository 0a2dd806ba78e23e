"""dev: cheap and quick. Deploys wherever the credentials point.

Destroyed, it leaves the logs of the image builds for 30 days, and the revisions of its task definitions.
"""

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

ENVIRONMENT = Environment(
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
    # The first task of a service stays when AWS wants its Spot capacity back; three of four others are cheap.
    cluster=ClusterSettings(fargate_base=1, fargate_weight=1, fargate_spot_weight=3),
    registry=RegistrySettings(keep_images=10, removable=True),
    load_balancer=LoadBalancerSettings(
        https=None,
        plain_http_reason="dev serves made-up data, and its first deployment must not wait for a domain",
        # Nobody yet. The addresses of your office or VPN, to look at a version before it takes traffic.
        test_listener_cidrs=[],
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
            # A canary here too, so that what production does is seen before; a minute of it, for the hurry.
            deployment=CodeDeployBlueGreen(traffic=Canary(percent=20, minutes=1), termination_wait_minutes=5),
        ),
    ],
)
