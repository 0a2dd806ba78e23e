"""A small valid environment, and what is refused when one of its fields is changed."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from environments.loading.check import check
from environments.loading.report import Mistake
from environments.model import (
    Canary,
    ClusterSettings,
    CodeDeployBlueGreen,
    Environment,
    HttpsWithHostedZone,
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

Mistakes = Callable[..., list[str]]

# The tests' own, so that changing the shipped environments breaks none of them.
FILE = """\
from environments.model import *

ENVIRONMENT = {kind}(
    name="{name}",
    account=Placeholder("{account}", "The account of {name}."),
    region="eu-central-1",
    tags=Tags(owner="team", cost_center="1234"),
    network=NetworkSettings(
        cidr="10.{block}.0.0/16",
        zones=[
            Zone(name="eu-central-1a", public_cidr="10.{block}.0.0/24", private_cidr="10.{block}.16.0/20"),
            Zone(name="eu-central-1b", public_cidr="10.{block}.1.0/24", private_cidr="10.{block}.32.0/20"),
        ],
        flow_log_retention_days=7,
    ),
    cluster=ClusterSettings(),
    registry=RegistrySettings(keep_images=10, removable=False),
    load_balancer=LoadBalancerSettings(
        https=HttpsWithHostedZone(
            domain_name="{name}.example.com", hosted_zone_id="Z0123456789", hosted_zone_name="example.com"
        ),
        deletion_protection=True,
        access_log_retention_days=30,
    ),
    log_retention_days=7,
    removable=False,
    services=[
        ServiceSettings(
            name="hello",
            image=RegistryImage(tag="1"),
            cpu=256,
            memory_mib=512,
            port=8080,
            health_check_path="/healthz",
            routing=Routing(priority=100, paths=["/*"]),
            scaling=Scaling(min_tasks=1, max_tasks=4, cpu_percent=60),
            deployment=CodeDeployBlueGreen(traffic=AllAtOnce(), termination_wait_minutes=5),
        ),
    ],
)
"""


def a_service() -> ServiceSettings:
    return ServiceSettings(
        name="shop",
        image=SourceImage(directory="service"),
        cpu=256,
        memory_mib=512,
        port=8080,
        environment={"COLOR": "blue"},
        health_check_path="/healthz",
        routing=Routing(priority=10, paths=["/*"]),
        scaling=Scaling(min_tasks=1, max_tasks=4, cpu_percent=60),
        deployment=CodeDeployBlueGreen(traffic=Canary(percent=10, minutes=5), termination_wait_minutes=5),
    )


def an_environment(kind: type[Environment] = Environment) -> Environment:
    """Valid, also as a production environment."""
    return kind(
        name="qa",
        account="111122223333",
        region="eu-central-1",
        tags=Tags(owner="team", cost_center="1234"),
        network=NetworkSettings(
            cidr="10.0.0.0/16",
            zones=[
                Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
                Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
            ],
            flow_log_retention_days=7,
        ),
        cluster=ClusterSettings(),
        registry=RegistrySettings(keep_images=10, removable=False),
        load_balancer=LoadBalancerSettings(
            https=HttpsWithHostedZone(
                domain_name="qa.example.com", hosted_zone_id="Z0123456789", hosted_zone_name="example.com"
            ),
            access_log_retention_days=7,
        ),
        log_retention_days=7,
        removable=False,
        services=[a_service()],
    )


def put(environment: Environment, field: str, value: object) -> None:
    """Write a value at a path such as `services[0].port`, before validation; `...` takes the field out."""
    *way, last = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", field)]
    here: Any = environment
    for step in way:
        here = here[step] if isinstance(here, list | dict) else getattr(here, str(step))
    container = here if isinstance(here, list | dict) else vars(here)
    if value is ...:
        del container[last]
    elif isinstance(container, list) and last == len(container):
        container.append(value)
    else:
        container[last] = value


@pytest.fixture(scope="session")
def service() -> Callable[[], ServiceSettings]:
    """A fresh valid service, to be changed."""
    return a_service


@pytest.fixture(scope="session")
def environment() -> Callable[..., Environment]:
    """A fresh valid environment, to be changed."""
    return an_environment


@pytest.fixture(scope="session")
def changed() -> Callable[..., Environment]:
    """The valid environment with other values, not validated."""

    def write(changes: Mapping[str, object], kind: type[Environment] = Environment) -> Environment:
        written = an_environment(kind)
        for field, value in changes.items():
            put(written, field, value)
        return written

    return write


@pytest.fixture(scope="session")
def found(changed: Callable[..., Environment]) -> Callable[..., tuple[Mistake, ...]]:
    """The mistakes in the valid environment once some fields were changed."""

    def run(changes: Mapping[str, object], kind: type[Environment] = Environment) -> tuple[Mistake, ...]:
        return check(changed(changes, kind), "environments/qa.py").mistakes

    return run


@pytest.fixture(scope="session")
def mistakes(found: Callable[..., tuple[Mistake, ...]]) -> Mistakes:
    """The same as text, "field: problem Allowed: allowed"."""

    def run(changes: Mapping[str, object], kind: type[Environment] = Environment) -> list[str]:
        return [f"{each.field}: {each.problem} Allowed: {each.allowed}" for each in found(changes, kind)]

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three valid files: one, two and the production environment three."""
    folder = tmp_path / "environments"
    folder.mkdir()
    for block, name in enumerate(("one", "two", "three")):
        kind = "ProductionEnvironment" if name == "three" else "Environment"
        text = FILE.format(kind=kind, name=name, account=f"{block}" * 12, block=block)
        (folder / f"{name}.py").write_text(text)
    return folder


@pytest.fixture
def edit(folder: Path) -> Callable[..., None]:
    """Change the text of a file: `edit("one", ("cpu=256", "cpu=300"))`."""

    def run(name: str, *changes: tuple[str, str]) -> None:
        path = folder / f"{name}.py"
        text = path.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)

    return run
