"""The last value that is accepted and the first that is not; and what stands where a file says nothing."""

import pytest

from environments.loading.check import check
from environments.model import HttpsWithHostedZone, Linear, Scaling, ScheduledCapacity, SecretsManagerSecret

SERVICE = "services[0]"


def https(domain: str) -> HttpsWithHostedZone:
    return HttpsWithHostedZone(
        domain_name=domain, hosted_zone_id="Z1", hosted_zone_name=".".join(domain.split(".")[-2:])
    )


def schedule(name: str) -> list[ScheduledCapacity]:
    return [ScheduledCapacity(name=name, expression="rate(1 day)", min_tasks=1)]


def tasks(count: int) -> Scaling:
    day = ScheduledCapacity(name="day", expression="rate(1 day)", min_tasks=count, max_tasks=count)
    return Scaling(min_tasks=count, max_tasks=count, schedules=[day])


def secret(secret_id: str) -> dict[str, SecretsManagerSecret]:
    return {"KEY": SecretsManagerSecret(secret_id=secret_id)}


@pytest.mark.parametrize(
    ("field", "accepted", "refused"),
    [
        ("tags.owner", "a" * 256, "a" * 257),
        ("cluster.fargate_base", 0, -1),
        ("cluster.fargate_base", 100_000, 100_001),
        ("cluster.fargate_weight", 1000, 1001),
        ("cluster.fargate_spot_weight", 1000, 1001),
        ("registry.keep_images", 10_000, 10_001),
        ("load_balancer.access_log_retention_days", 3653, 3654),
        ("load_balancer.https", https("a" * 63 + ".example.com"), https("a" * 64 + ".example.com")),
        ("load_balancer.https", https("a.io"), https("a.i")),
        ("load_balancer.https", https("a." + "o" * 63), https("a." + "o" * 64)),
        ("load_balancer.https", https("a." * 125 + "com"), https("a." * 125 + "info")),
        ("load_balancer.https.hosted_zone_id", "Z1", "Z"),
        ("load_balancer.https.hosted_zone_id", "Z" + "0" * 31, "Z" + "0" * 32),
        (f"{SERVICE}.name", "a" * 20, "a" * 21),
        (f"{SERVICE}.health_check_path", "/" + "a" * 1023, "/" + "a" * 1024),
        (f"{SERVICE}.routing.priority", 1, 0),
        (f"{SERVICE}.routing.paths", ["/" + "a" * 127], ["/" + "a" * 128]),
        (f"{SERVICE}.routing.hosts", ["a" * 124 + ".com"], ["a" * 125 + ".com"]),
        (f"{SERVICE}.scaling.cpu_percent", 1, 0),
        (f"{SERVICE}.scaling.max_tasks", 1, 0),
        (f"{SERVICE}.scaling.schedules", schedule("a" * 20), schedule("a" * 21)),
        (f"{SERVICE}.scaling", tasks(5000), tasks(5001)),
        (f"{SERVICE}.secrets", secret("a" * 512), secret("a" * 513)),
        (f"{SERVICE}.deployment.traffic.minutes", 1, 0),
        (f"{SERVICE}.deployment.traffic", Linear(percent=50, minutes=1), Linear(percent=50, minutes=0)),
        (f"{SERVICE}.alarms.target_5xx_per_minute", 1, 0),
        (f"{SERVICE}.alarms.load_balancer_5xx_per_minute", 1, 0),
        (f"{SERVICE}.alarms.unhealthy_hosts", 1, 0),
        (f"{SERVICE}.alarms.p95_seconds", 0.001, 0.0),
        (f"{SERVICE}.alarms.minutes", 1, 0),
        (f"{SERVICE}.alarms.minutes", 60, 61),
    ],
)
def test_bounds(found, field, accepted, refused):
    # A subnet each that holds whatever the bounds allow.
    room = {f"network.zones[{n}].private_cidr": f"10.0.{64 + 64 * n}.0/18" for n in (0, 1)}
    assert found({**room, field: accepted}) == ()
    mistake, *_ = found({field: refused})
    assert mistake.field.startswith(field)


@pytest.mark.parametrize("reason", ["x" * 20, "Ten letter\nten letter", "  " + "x" * 20])
def test_a_reason_has_twenty_characters(mistakes, reason):
    given = {"load_balancer.https": None, "load_balancer.plain_http_reason": reason}
    assert mistakes(given) == []
    assert len(mistakes(given | {"load_balancer.plain_http_reason": reason.strip()[:19]})) == 1


@pytest.mark.parametrize("region", ["us-gov-west-1", "eu-isoe-west-1", "ap-southeast-0"])
def test_regions_of_other_partitions(mistakes, region):
    zones = {f"network.zones[{position}].name": f"{region}{'ab'[position]}" for position in (0, 1)}
    assert mistakes({"region": region, **zones}) == []


@pytest.mark.parametrize("region", ["central-1", "eu-a-b-c-1", "eu-central", "eu-central-12", "EU-central-1"])
def test_no_regions(mistakes, region):
    assert mistakes({"region": region})[0].startswith("region: Not a region.")


def test_what_is_not_said(environment):
    """Production's choice, wherever there is one."""
    valid = check(environment(), "qa.py").valid
    assert valid is not None
    [service] = valid.services
    assert dict(valid.cluster) == {"fargate_base": 0, "fargate_weight": 1, "fargate_spot_weight": 0}
    assert valid.network.nat == "none"
    assert not valid.network.zones[0].retired
    assert valid.load_balancer.deletion_protection
    assert valid.load_balancer.test_listener_cidrs == ()
    assert valid.load_balancer.plain_http_reason is None
    assert valid.load_balancer.waf is None
    assert service.architecture == "ARM64"
    assert service.secrets == {}
    assert service.routing.hosts == ()
    assert service.scaling.memory_percent is None
    assert service.scaling.requests_per_minute_per_task is None
    assert dict(service.alarms) == {
        "target_5xx_per_minute": 10,
        "load_balancer_5xx_per_minute": 10,
        "unhealthy_hosts": 1,
        "p95_seconds": 1.0,
        "minutes": 2,
    }
