"""production: what users depend on. ProductionEnvironment refuses here what is a saving in dev."""

from environments.model import (
    Canary,
    ClusterSettings,
    CodeDeployBlueGreen,
    HttpsWithHostedZone,
    LoadBalancerSettings,
    NetworkSettings,
    Placeholder,
    ProductionEnvironment,
    RegistrySettings,
    Routing,
    Scaling,
    ServiceSettings,
    SourceImage,
    Tags,
    Waf,
    Zone,
)

ENVIRONMENT = ProductionEnvironment(
    name="production",
    account=Placeholder("222222222222", "The 12 digits of the account that production lives in."),
    region="eu-central-1",
    bootstrap_qualifier="production",
    tags=Tags(owner="platform-team", cost_center="engineering"),
    network=NetworkSettings(
        cidr="10.2.0.0/16",
        zones=[
            Zone(name="eu-central-1a", public_cidr="10.2.0.0/24", private_cidr="10.2.16.0/20"),
            Zone(name="eu-central-1b", public_cidr="10.2.1.0/24", private_cidr="10.2.32.0/20"),
            Zone(name="eu-central-1c", public_cidr="10.2.2.0/24", private_cidr="10.2.48.0/20"),
        ],
        flow_log_retention_days=90,
    ),
    cluster=ClusterSettings(fargate_weight=1),
    registry=RegistrySettings(keep_images=50, removable=False),
    load_balancer=LoadBalancerSettings(
        https=HttpsWithHostedZone(
            domain_name=Placeholder("www.example.com", "The name that users type."),
            hosted_zone_id=Placeholder(
                "Z00000000000000000000", "The id of the Route 53 zone that holds the name."
            ),
            hosted_zone_name=Placeholder("example.com", "The name of that zone."),
        ),
        # Nobody yet. The addresses of your office or VPN, to look at a version before it takes traffic.
        test_listener_cidrs=[],
        deletion_protection=True,
        access_log_retention_days=365,
        waf=Waf(rate_limit_per_5_minutes=2000),
    ),
    log_retention_days=365,
    removable=False,
    services=[
        ServiceSettings(
            name="hello",
            # Built here too: the first deployment ends healthy without an image pushed beforehand.
            image=SourceImage(directory="service"),
            cpu=256,
            memory_mib=512,
            port=8080,
            environment={"APP_VERSION": "1"},
            health_check_path="/healthz",
            routing=Routing(priority=100, paths=["/*"]),
            # One task a zone, so that losing a zone costs a third and not the service.
            scaling=Scaling(min_tasks=3, max_tasks=12, cpu_percent=60),
            deployment=CodeDeployBlueGreen(
                traffic=Canary(percent=10, minutes=5), termination_wait_minutes=60
            ),
        ),
    ],
)
