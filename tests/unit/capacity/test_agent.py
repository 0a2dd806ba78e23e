from typing import Any

import pytest

from ecs_platform.capacity.agent import AgentConfig, AgentLogLevel, ImagePull, InstanceLogDriver, PortRange
from ecs_platform.problem import ConfigurationError

DEFAULTS = {
    "ECS_CONTAINER_START_TIMEOUT": "180s",
    "ECS_CONTAINER_STOP_TIMEOUT": "30s",
    "ECS_DISABLE_IMAGE_CLEANUP": "false",
    "ECS_DISABLE_PRIVILEGED": "true",
    "ECS_DYNAMIC_HOST_PORT_RANGE": "32768-60999",
    "ECS_ENABLE_CONTAINER_METADATA": "false",
    "ECS_ENABLE_HIGH_DENSITY_ENI": "true",
    "ECS_ENABLE_TASK_IAM_ROLE": "true",
    "ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST": "true",
    "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION": "10800s",
    "ECS_IMAGE_CLEANUP_INTERVAL": "30m",
    "ECS_IMAGE_MINIMUM_CLEANUP_AGE": "60m",
    "ECS_IMAGE_PULL_BEHAVIOR": "default",
    "ECS_LOGLEVEL": "info",
    "ECS_NUM_IMAGES_DELETE_PER_CYCLE": "5",
    "ECS_RESERVED_MEMORY": "256",
    "ECS_RESERVED_PORTS": "[22, 2375, 2376, 51678, 51679]",
}


def test_the_file_says_what_the_agent_does_by_default() -> None:
    assert AgentConfig().settings == DEFAULTS


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ({"image_pull": ImagePull.ALWAYS}, {"ECS_IMAGE_PULL_BEHAVIOR": "always"}),
        ({"image_pull": ImagePull.ONCE}, {"ECS_IMAGE_PULL_BEHAVIOR": "once"}),
        ({"image_pull": ImagePull.PREFER_CACHED}, {"ECS_IMAGE_PULL_BEHAVIOR": "prefer-cached"}),
        ({"reserved_memory_mib": 0}, {"ECS_RESERVED_MEMORY": "0"}),
        ({"container_stop_timeout_seconds": 120}, {"ECS_CONTAINER_STOP_TIMEOUT": "120s"}),
        ({"container_start_timeout_seconds": 45}, {"ECS_CONTAINER_START_TIMEOUT": "45s"}),
        ({"task_cleanup_wait_seconds": 60}, {"ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION": "60s"}),
        ({"image_cleanup": False}, {"ECS_DISABLE_IMAGE_CLEANUP": "true"}),
        ({"image_cleanup_interval_minutes": 10}, {"ECS_IMAGE_CLEANUP_INTERVAL": "10m"}),
        ({"image_cleanup_age_minutes": 5}, {"ECS_IMAGE_MINIMUM_CLEANUP_AGE": "5m"}),
        ({"images_deleted_at_once": 50}, {"ECS_NUM_IMAGES_DELETE_PER_CYCLE": "50"}),
        ({"allow_privileged": True}, {"ECS_DISABLE_PRIVILEGED": "false"}),
        ({"task_role_in_host_mode": False}, {"ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST": "false"}),
        ({"awsvpc_trunking": False}, {"ECS_ENABLE_HIGH_DENSITY_ENI": "false"}),
        (
            {"dynamic_ports": PortRange(first=40_000, last=50_000)},
            {"ECS_DYNAMIC_HOST_PORT_RANGE": "40000-50000"},
        ),
        ({"reserved_ports": [8125, 22]}, {"ECS_RESERVED_PORTS": "[22, 2375, 2376, 8125, 51678, 51679]"}),
        (
            {"instance_attributes": {"stack": "prod", "rack": "a 1"}},
            {"ECS_INSTANCE_ATTRIBUTES": '{"rack": "a 1", "stack": "prod"}'},
        ),
        (
            {"log_drivers": [InstanceLogDriver.SPLUNK, InstanceLogDriver.AWSLOGS]},
            {"ECS_AVAILABLE_LOGGING_DRIVERS": '["awslogs", "splunk"]'},
        ),
        ({"container_metadata_file": True}, {"ECS_ENABLE_CONTAINER_METADATA": "true"}),
        ({"log_level": AgentLogLevel.DEBUG}, {"ECS_LOGLEVEL": "debug"}),
    ],
)
def test_an_option_changes_its_line_and_no_other(options: dict[str, Any], written: dict[str, str]) -> None:
    assert AgentConfig(**options).settings == {**DEFAULTS, **written}


@pytest.mark.parametrize(
    ("option", "low", "high"),
    [
        ("reserved_memory_mib", 0, 1_048_576),
        ("container_stop_timeout_seconds", 1, 86_400),
        ("container_start_timeout_seconds", 45, 86_400),
        ("task_cleanup_wait_seconds", 60, 604_800),
        ("image_cleanup_interval_minutes", 10, 10_080),
        ("image_cleanup_age_minutes", 1, 525_600),
        ("images_deleted_at_once", 1, 1_000),
    ],
)
def test_a_number_stays_in_its_range(option: str, low: int, high: int) -> None:
    AgentConfig(**{option: low})
    AgentConfig(**{option: high})
    for beyond in (low - 1, high + 1):
        with pytest.raises(ConfigurationError, match=rf"{option} is {beyond}\. .* of {low} to {high}"):
            AgentConfig(**{option: beyond})


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("", "x", '"" is no name of a custom attribute.'),
        ("a b", "x", '"a b" is no name of a custom attribute.'),
        ("a" * 129, "x", "is no name of a custom attribute."),
        ("ecs.rack", "x", '"ecs.rack" is no name of a custom attribute.'),
        ("rack", "", '"" is no value of the attribute "rack".'),
        ("rack", " a", '" a" is no value of the attribute "rack".'),
        ("rack", "a ", '"a " is no value of the attribute "rack".'),
        ("rack", "a\nECS_CLUSTER=x", "is no value of the attribute"),
        ("rack", "a" * 129, "is no value of the attribute"),
    ],
)
def test_an_attribute_that_ecs_refuses_is_refused(name: str, value: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        AgentConfig(instance_attributes={name: value})
    assert problem in refused.value.problem


def test_the_longest_attribute_is_taken() -> None:
    name, value = "n" * 128, "v" * 128
    assert value in AgentConfig(instance_attributes={name: value}).settings["ECS_INSTANCE_ATTRIBUTES"]


@pytest.mark.parametrize("port", [0, 65_536])
def test_a_reserved_port_is_a_port(port: int) -> None:
    with pytest.raises(ConfigurationError, match=f"A reserved port is {port}"):
        AgentConfig(reserved_ports=[port])


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        (32_767, 40_000, "The first port is 32767."),
        (40_000, 65_536, "The last port is 65536."),
        (50_000, 40_000, "The range runs from 50000 to 40000."),
    ],
)
def test_dynamic_ports_are_a_range_that_services_open(first: int, last: int, problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        PortRange(first=first, last=last)
    assert refused.value.problem == problem


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        AgentConfig(reserved_memory_mib=-1, images_deleted_at_once=0, instance_attributes={"a b": ""})
    assert refused.value.problem == (
        'reserved_memory_mib is -1. images_deleted_at_once is 0. "a b" is no name of a custom attribute. '
        '"" is no value of the attribute "a b".'
    )
