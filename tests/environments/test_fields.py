"""Each field on its own: what is accepted, and the exact words of what is not."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

ZONE_NAMES = ["network.zones[0].name", "network.zones[1].name"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a"),
        ("name", "prod-eu-2"),
        ("account", None),
        ("account", "000000000001"),
        ("tags.owner", "Ärzte & co"[:5] + " @home"),
        ("network.nat", "one_per_zone"),
        ("log_retention_days", 3653),
        ("registry.keep_images", 2),
        ("load_balancer.https.domain_name", "a-b.c.example.com"),
        ("load_balancer.access_log_retention_days", 1),
        ("services[0].name", "a2345678901234567890"),
        ("services[0].architecture", "X86_64"),
        ("services[0].port", 65535),
        ("services[0].environment", {"_A1": ""}),
        ("services[0].health_check_path", "/health?deep=1"),
        ("services[0].routing.priority", 50_000),
        ("services[0].routing.paths", ["/a-b_c/*", "/x?y"]),
        ("services[0].routing.hosts", ["*.example.com", "A.b"]),
        ("services[0].scaling.cpu_percent", 100),
        ("services[0].alarms.p95_seconds", 2),
    ],
)
def test_accepted(mistakes, field, value):
    assert mistakes({field: value}) == []


NAME = "Not a name that stacks, repositories and target groups all accept. Allowed: lower-case letters, digits and single hyphens, beginning with a letter."
RETENTION = "Not a value for this field. Allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
THRESHOLD = "The alarm would always or never fire. Allowed: a number of seconds above zero."
PATH_PATTERN = "Not a path pattern of a listener rule. Allowed: a path that begins with /, with * and ? as wildcards, such as '/api/*'."
HOST_PATTERN = "Not a host pattern of a listener rule. Allowed: a host name with letters alone after the last dot and * or ? as wildcards: '*.example.com'."


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("name", "Dev", NAME),
        ("name", "1dev", NAME),
        ("name", "dev-", NAME),
        ("name", "dev--a", NAME),
        ("name", "dev\n", NAME),
        (
            "name",
            "a234567890123",
            "13 characters are too many. Allowed: lower-case letters, digits and single hyphens, beginning with a letter; at most 12.",
        ),
        ("account", "12345678901", "Not an AWS account. Allowed: the 12 digits of an account, as text."),
        ("account", 123456789012, "Not a value for this field. Allowed: text or None."),
        ("region", "europe", "Not a region. Allowed: a code such as 'eu-central-1'."),
        (
            "tags.owner",
            "",
            "Not a tag's value. Allowed: letters, digits, spaces and _ . : / = + - @, at least one.",
        ),
        ("network.nat", "two", "Not a value for this field. Allowed: 'none', 'one', 'one_per_zone'."),
        ("network.zones[0].retired", "no", "Not a value for this field. Allowed: True or False."),
        ("network.flow_log_retention_days", 8, RETENTION),
        ("log_retention_days", 0, RETENTION),
        ("cluster.fargate_base", -1, "Outside the range. Allowed: 0 to 100,000 tasks."),
        ("registry.keep_images", 1, "Outside the range. Allowed: 2 to 10,000 images."),
        ("removable", "yes", "Not a value for this field. Allowed: True or False."),
        (
            "load_balancer.https.domain_name",
            "Shop.example.com",
            "Not a host name. Allowed: lower-case labels with dots between them, such as 'shop.example.com'.",
        ),
        (
            "load_balancer.https.hosted_zone_id",
            "example.com",
            "Not a hosted zone. Allowed: an id such as 'Z0123456789ABCDEFGHIJ'.",
        ),
        ("load_balancer.access_log_retention_days", 0, "Outside the range. Allowed: 1 to 3,653 days."),
        ("load_balancer.deletion_protection", 1, "Not a value for this field. Allowed: True or False."),
        ("services[0].architecture", "arm", "Not a value for this field. Allowed: 'ARM64', 'X86_64'."),
        ("services[0].port", 0, "Outside the range. Allowed: 1 to 65,535."),
        ("services[0].port", "8080", "Not a value for this field. Allowed: a whole number."),
        ("services[0].port", True, "Not a value for this field. Allowed: a whole number."),
        ("services[0].port", 80.0, "Not a value for this field. Allowed: a whole number."),
        (
            "services[0].health_check_path",
            "healthz",
            "Not a path. Allowed: a path that begins with /, such as '/healthz'.",
        ),
        ("services[0].routing.priority", 50_001, "Outside the range. Allowed: 1 to 50,000."),
        ("services[0].routing.paths[0]", "api/*", PATH_PATTERN),
        ("services[0].routing.paths[0]", "/a b", PATH_PATTERN),
        ("services[0].routing.hosts", "example.com", "Not a value for this field. Allowed: a list."),
        ("services[0].scaling.cpu_percent", 101, "Outside the range. Allowed: 1 to 100 percent."),
        ("services[0].scaling.memory_percent", 0, "Outside the range. Allowed: 1 to 100 percent."),
        ("services[0].scaling.min_tasks", 0, "Outside the range. Allowed: 1 to 5,000 tasks."),
        (
            "services[0].scaling.requests_per_minute_per_task",
            0,
            "Outside the range. Allowed: 1 or more requests.",
        ),
        ("services[0].alarms.p95_seconds", 0.0, THRESHOLD),
        ("services[0].alarms.p95_seconds", float("inf"), THRESHOLD),
        ("services[0].alarms.p95_seconds", float("nan"), THRESHOLD),
        ("services[0].alarms.unhealthy_hosts", 0, "Outside the range. Allowed: 1 or more tasks."),
    ],
)
def test_refused(mistakes, field, value, refusal):
    owner = " (shop)" if field.startswith("services") else " (eu-central-1a)" if "zones" in field else ""
    assert mistakes({field: value}) == [f"{field}{owner}: {refusal}"]


@pytest.mark.parametrize("host", ["example", "example.c0m", "exa mple.com", "example.*"])
def test_hosts(mistakes, host):
    assert mistakes({"services[0].routing.hosts": [host]}) == [
        f"services[0].routing.hosts[0] (shop): {HOST_PATTERN}"
    ]


def test_a_zone_is_an_availability_zone(mistakes):
    assert mistakes({"network.zones[0].name": "eu-central-1"}) == [
        "network.zones[0].name: Not an availability zone. Allowed: a zone's name such as 'eu-central-1a'."
    ]


def test_variable_names(mistakes):
    assert mistakes({"services[0].environment": {"1A": "x", "B": 3}}) == [
        "services[0].environment['1A'] (shop): Not the name of an environment variable. Allowed: letters, digits and underscores, not beginning with a digit.",
        "services[0].environment['B'] (shop): Not a value for this field. Allowed: text.",
    ]
