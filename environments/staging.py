"""staging: production's shape at a smaller size, so that what works here works there."""

from environments.model import (
    Canary,
    ClusterSettings,
    CodeDeployBlueGreen,
    Environment,
    HttpsWithHostedZone,
    LoadBalancerSettings,
    NetworkSettings,
    Placeholder,
    RegistrySettings,
    Routing,
    Scaling,
    ServiceSettings,
    SourceImage,
    Tags,
    Waf,
    Zone,
)

ENVIRONMENT = Environment(
    name="staging",
    account=Placeholder("111111111111", "The 12 digits of the account that staging lives in."),
    region="eu-central-1",
    bootstrap_qualifier="staging",
    tags=Tags(owner="platform-team", cost_center="engineering"),
    network=NetworkSettings(
        cidr="10.1.0.0/16",
        zones=[
            Zone(name="eu-central-1a", public_cidr="10.1.0.0/24", private_cidr="10.1.16.0/20"),
            Zone(name="eu-central-1b", public_cidr="10.1.1.0/24", private_cidr="10.1.32.0/20"),
        ],
        flow_log_retention_days=30,
    ),
    cluster=ClusterSettings(fargate_weight=1),
    registry=RegistrySettings(keep_images=20, removable=False),
    load_balancer=LoadBalancerSettings(
        https=HttpsWithHostedZone(
            domain_name=Placeholder("staging.example.com", "The name that users of staging type."),
            hosted_zone_id=Placeholder(
                "Z00000000000000000000", "The id of the Route 53 zone that holds the name."
            ),
            hosted_zone_name=Placeholder("example.com", "The name of that zone."),
        ),
        # Nobody yet. The addresses of your office or VPN, to look at a version before it takes traffic.
        test_listener_cidrs=[],
        access_log_retention_days=30,
        waf=Waf(rate_limit_per_5_minutes=2000),
    ),
    log_retention_days=30,
    removable=False,
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
            scaling=Scaling(min_tasks=2, max_tasks=4, cpu_percent=60),
            deployment=CodeDeployBlueGreen(
                traffic=Canary(percent=10, minutes=5), termination_wait_minutes=15
            ),
        ),
    ],
)
