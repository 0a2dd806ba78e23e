"""The mechanism: constructors take notes, one pass validates them."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest
from pydantic import ValidationError

from environments.loading.check import check
from environments.model import Canary, Environment, NetworkSettings, Placeholder, ServiceSettings, Tags, Zone
from environments.model.value import UnreadableFieldError


def test_a_constructor_refuses_nothing_and_keeps_everything():
    zone = Zone(name=3, color="red")  # pyright: ignore[reportCallIssue]
    assert vars(zone) == {"name": 3, "color": "red", "retired": False}


def test_a_constructor_takes_keywords_alone():
    with pytest.raises(TypeError, match=r"^Tags takes its fields by name: owner, cost_center$"):
        Tags("team", "1234")  # pyright: ignore[reportCallIssue]


def test_what_is_written_can_be_read_before_it_is_valid():
    canary = Canary(percent=10, minutes=5)
    assert canary.percent == 10
    with pytest.raises(UnreadableFieldError, match=r"^Canary\.minutes is missing or not valid$"):
        Canary(percent=10).minutes  # noqa: B018  # pyright: ignore


def test_the_valid_environment_is_frozen_and_of_exact_types(environment):
    valid = check(environment(), "qa.py").valid
    assert valid is not None
    assert isinstance(valid.network.zones, tuple)
    assert type(valid.network.zones[0]) is Zone
    assert valid.services[0].alarms.minutes == 2
    with pytest.raises(ValidationError, match="frozen"):
        valid.name = "other"


def test_a_production_environment_stays_one(changed):
    class Stricter(Environment):
        pass

    assert type(check(changed({}, Stricter), "qa.py").valid) is Stricter


def test_placeholders_become_plain_text(changed):
    valid = check(changed({"account": Placeholder("111111111111", "The account.")}), "qa.py").valid
    assert valid is not None
    assert type(valid.account) is str


def test_unknown_fields(mistakes):
    assert mistakes({"services[0].prot": 80, "tags.zzz": 1}) == [
        "tags.zzz: Tags has no such field. Allowed: owner, cost_center.",
        "services[0].prot (shop): ServiceSettings has no such field. Did you mean port? Allowed: "
        f"{', '.join(ServiceSettings.model_fields)}.",
    ]


def test_missing_fields(mistakes):
    gone = [
        "account",
        "tags",
        "load_balancer.https",
        "services[0].port",
        "services[0].routing",
        "log_retention_days",
        "removable",
    ]
    assert mistakes(dict.fromkeys(gone, ...)) == [
        "account: Missing. Allowed: text or None.",
        "tags: Missing. Allowed: Tags(...).",
        "load_balancer.https: Missing. Allowed: HttpsWithCertificate(...) or HttpsWithHostedZone(...) or None.",
        "log_retention_days: Missing. Allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653.",
        "removable: Missing. Allowed: True or False.",
        "services[0].port (shop): Missing. Allowed: a whole number.",
        "services[0].routing (shop): Missing. Allowed: Routing(...).",
    ]


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("network", {"cidr": "10.0.0.0/16"}, "A dictionary stands here. Allowed: NetworkSettings(...)."),
        ("network", Tags, "Not a value for this field. Allowed: NetworkSettings(...)."),
        ("network.zones[0]", "eu-central-1a", "Not a value for this field. Allowed: Zone(...)."),
        ("network.zones", {}, "Not a value for this field. Allowed: a list."),
        ("network.zones", None, "Not a value for this field. Allowed: a list."),
        (
            "load_balancer.https",
            "shop.example.com",
            "Not a value for this field. Allowed: HttpsWithCertificate(...) or HttpsWithHostedZone(...) or None.",
        ),
        ("services[0].environment", ["A=b"], "Not a value for this field. Allowed: a dictionary."),
        (
            "services[0].secrets",
            {"KEY": "plain text"},
            "Not a value for this field. Allowed: SecretsManagerSecret(...) or SsmParameter(...).",
        ),
        (
            "services[0].deployment.traffic",
            NetworkSettings(cidr="10.0.0.0/16", zones=[], flow_log_retention_days=7),
            "Not a value for this field. Allowed: AllAtOnce(...) or Canary(...) or Linear(...).",
        ),
    ],
)
def test_values_of_another_kind(mistakes, field, value, refusal):
    assert [each.split(": ", 1)[1] for each in mistakes({field: value})] == [refusal]


def test_a_union_is_decided_by_the_class_that_is_named(mistakes):
    assert mistakes({"services[0].deployment.traffic": Canary(percent=0, minute=5)}) == [  # pyright: ignore
        "services[0].deployment.traffic.percent (shop): Outside the range. Allowed: 1 to 99 percent; 100 is AllAtOnce().",
        "services[0].deployment.traffic.minutes (shop): Missing. Allowed: a whole number.",
        "services[0].deployment.traffic.minute (shop): Canary has no such field. Did you mean minutes? Allowed: percent, minutes.",
    ]


def test_rules_run_on_whatever_is_valid(mistakes):
    assert mistakes({"network.cidr": "here", "services[0].cpu": "x", "services[0].scaling.min_tasks": 9}) == [
        "network.cidr: Not an IPv4 block. Allowed: CIDR notation, such as '10.0.0.0/16'.",
        "services[0].cpu (shop): Not a value for this field. Allowed: a whole number.",
        "services[0].scaling.min_tasks (shop): Above max_tasks, 4. Allowed: 1 to 4, or a larger max_tasks.",
    ]


def test_a_refused_field_is_not_replaced_by_its_default(mistakes):
    # With the default, None, the rule about clear text would ask for a reason besides.
    assert mistakes({"load_balancer.https": None, "load_balancer.plain_http_reason": "no"}) == [
        "load_balancer.plain_http_reason: Not a reason. Allowed: a sentence of 20 characters or more."
    ]


def test_long_values_are_cut(found):
    assert found({"services[0].image.directory": "d" * 78})[0].value == repr("d" * 78)
    [mistake] = found({"services[0].image.directory": "d" * 79})
    assert mistake.value == "'" + "d" * 75 + " ..."
    [mistake] = found({"services[0].routing": ["/*"]})
    assert mistake.value == "a list of 1"
