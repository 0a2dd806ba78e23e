"""The environments this project ships: what each promises."""

import pytest

from environments import ENVIRONMENTS, FOLDER, load_environments
from environments.loading.files import load
from environments.model import AllAtOnce, Canary, HttpsWithHostedZone, ProductionEnvironment, SourceImage

DEV, STAGING, PRODUCTION = load_environments()
ALL = pytest.mark.parametrize("environment", [DEV, STAGING, PRODUCTION], ids=ENVIRONMENTS)


def test_every_file_is_listed():
    values = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "__main__"}
    assert values == {name.replace("-", "_") for name in ENVIRONMENTS}


def test_dev_deploys_anywhere_and_goes_without_a_trace():
    assert DEV.account is None
    assert DEV.load_balancer.https is None
    assert DEV.removable
    assert DEV.registry.removable
    assert not DEV.load_balancer.deletion_protection
    assert DEV.cluster.fargate_spot_weight > 0
    assert DEV.services[0].deployment.traffic == AllAtOnce()
    assert load(ENVIRONMENTS, FOLDER).unfilled["dev"] == ()


def test_production_is_held_to_its_rules():
    assert type(PRODUCTION) is ProductionEnvironment
    assert len(PRODUCTION.network.live_zones) == 3
    assert PRODUCTION.load_balancer.waf is not None
    assert PRODUCTION.services[0].scaling.min_tasks >= len(PRODUCTION.network.live_zones)


def test_staging_rehearses_production():
    assert isinstance(STAGING.load_balancer.https, HttpsWithHostedZone)
    assert STAGING.services[0].deployment.traffic == PRODUCTION.services[0].deployment.traffic
    assert PRODUCTION.services[0].deployment.traffic == Canary(percent=10, minutes=5)


@ALL
def test_tasks_reach_no_internet_and_the_first_deployment_brings_its_image(environment):
    assert environment.network.nat == "none"
    [service] = environment.services
    assert service.image == SourceImage(directory="service")
    assert (service.name, service.port, service.architecture) == ("hello", 8080, "ARM64")


@ALL
def test_nobody_sees_an_unapproved_version_until_somebody_is_named(environment):
    assert environment.load_balancer.test_listener_cidrs == ()
