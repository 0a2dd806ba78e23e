"""The bill by hand: each kind alone, with prices that are easy to multiply."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from costs.bill import Line, bill
from costs.kinds import BY_USE
from costs.prices import Prices
from environments import ENVIRONMENTS
from tests.synthesis import Templates

PRICES = Prices(
    vcpu_hour={"X86_64": 0.04, "ARM64": 0.03},
    gb_hour={"X86_64": 0.004, "ARM64": 0.003},
    load_balancer_hour=0.02,
    nat_gateway_hour=0.05,
    nat_gateway_gb=0.05,
    endpoint_hour=0.01,
    endpoint_gb=0.01,
)

Json = dict[str, Any]


def _template(**resources: tuple[str, Json]) -> Json:
    return {
        "Resources": {
            name: {"Type": f"AWS::{kind}", "Properties": properties}
            for name, (kind, properties) in resources.items()
        }
    }


def _line(template: Json, what: str) -> Line:
    (line,) = [line for line in bill([template], PRICES).lines if line.what == what]
    return line


def _task(**changes: Any) -> tuple[str, Json]:
    return (
        "ECS::TaskDefinition",
        {
            "Family": "dev-hello",
            "Cpu": "512",
            "Memory": "2048",
            "RequiresCompatibilities": ["FARGATE"],
            "RuntimePlatform": {"CpuArchitecture": "ARM64"},
        }
        | changes,
    )


def _service(**changes: Any) -> tuple[str, Json]:
    return "ECS::Service", {"ServiceName": "hello", "TaskDefinition": "dev-hello"} | changes


def _scaled(least: int, most: int, service: str = "Service") -> tuple[str, Json]:
    name = {"Fn::Join": ["", ["service/dev/", {"Fn::GetAtt": [service, "Name"]}]]}
    return (
        "ApplicationAutoScaling::ScalableTarget",
        {"MinCapacity": least, "MaxCapacity": most, "ResourceId": name},
    )


def _capacity(*strategy: tuple[str, int, int]) -> tuple[str, Json]:
    return (
        "ECS::ClusterCapacityProviderAssociations",
        {
            "DefaultCapacityProviderStrategy": [
                {"CapacityProvider": name, "Base": base, "Weight": weight} for name, base, weight in strategy
            ]
        },
    )


# 0.5 vCPU and 2 GB on ARM64.
TASK_HOUR = 0.5 * 0.03 + 2 * 0.003


@pytest.mark.parametrize(
    ("what", "template", "month"),
    [
        (
            "interface endpoints",
            _template(
                Logs=("EC2::VPCEndpoint", {"VpcEndpointType": "Interface", "SubnetIds": ["a", "b"]}),
                Ecr=("EC2::VPCEndpoint", {"VpcEndpointType": "Interface", "SubnetIds": ["a", "b"]}),
                S3=("EC2::VPCEndpoint", {"VpcEndpointType": "Gateway"}),
            ),
            4 * 0.01 * 730,
        ),
        ("NAT gateways", _template(A=("EC2::NatGateway", {}), B=("EC2::NatGateway", {})), 2 * 0.05 * 730),
        (
            "load balancers",
            _template(Alb=("ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internal", "Subnets": ["a"]})),
            0.02 * 730,
        ),
        (
            "public IPv4 addresses",
            _template(
                Alb=("ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internal", "Subnets": ["a"]}),
                Open=(
                    "ElasticLoadBalancingV2::LoadBalancer",
                    {"Scheme": "internet-facing", "Subnets": ["a", "b"]},
                ),
                Nat=("EC2::EIP", {}),
            ),
            3 * 0.005 * 730,
        ),
        ("WAF", _template(Acl=("WAFv2::WebACL", {"Rules": [{}, {}, {}]})), 5 + 3),
        (
            "alarms",
            _template(
                Plain=("CloudWatch::Alarm", {"MetricName": "Errors"}),
                Both=(
                    "CloudWatch::Alarm",
                    {"Metrics": [{"MetricStat": {}}, {"MetricStat": {}}, {"Id": "sum"}]},
                ),
            ),
            3 * 0.1,
        ),
        ("KMS keys", _template(A=("KMS::Key", {}), B=("KMS::Key", {})), 2),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_stands(what: str, template: Json, month: float) -> None:
    line = _line(template, what)
    assert (line.least, line.most) == (pytest.approx(month), pytest.approx(month))
    found = bill([template], PRICES)
    assert found.least == pytest.approx(sum(each.least for each in found.lines))


def test_what_is_not_there_has_no_line() -> None:
    assert bill([_template(Key=("KMS::Key", {}))], PRICES).lines == [
        Line(what="KMS keys", how="1 x $1", least=1.0, most=1.0)
    ]
    assert bill([{}], PRICES).lines == []


def test_tasks_between_their_bounds_and_twice_during_a_release() -> None:
    template = _template(Other=_scaled(8, 9, "Else"), Target=_scaled(2, 6), Task=_task(), Service=_service())
    line = _line(template, "tasks of hello")
    assert line.least == pytest.approx(2 * TASK_HOUR * 730)
    assert line.most == pytest.approx(6 * TASK_HOUR * 730)
    assert line.how == "2 to 6 of 0.5 vCPU, 2 GB, ARM64"
    assert bill([template], PRICES).release_hour == pytest.approx(2 * TASK_HOUR)


def test_schedules_widen_the_bounds() -> None:
    target = _scaled(2, 4)
    target[1]["ScheduledActions"] = [
        {"ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0}},
        {"ScalableTargetAction": {"MaxCapacity": 40}},
    ]
    line = _line(_template(Target=target, Task=_task(), Service=_service()), "tasks of hello")
    assert line.how.startswith("0 to 40 of ")
    assert line.most == pytest.approx(40 * TASK_HOUR * 730)


@pytest.mark.parametrize(("service", "tasks"), [({"DesiredCount": 3}, 3), ({}, 1)])
def test_a_fixed_number_of_tasks(service: Json, tasks: int) -> None:
    line = _line(_template(Task=_task(), Service=_service(**service)), "tasks of hello")
    assert (line.least, line.most) == (pytest.approx(tasks * TASK_HOUR * 730),) * 2


def test_the_processor_has_its_price_and_none_said_is_x86() -> None:
    task = _task()
    del task[1]["RuntimePlatform"]
    line = _line(_template(Task=task, Service=_service()), "tasks of hello")
    assert line.least == pytest.approx((0.5 * 0.04 + 2 * 0.004) * 730)


def test_the_revision_by_reference_as_native_strategies_write_it() -> None:
    named = _service(TaskDefinition={"Ref": "Task"})
    assert _line(_template(Task=_task(Family="other"), Service=named), "tasks of hello").least > 0


@pytest.mark.parametrize(
    ("strategy", "spot"),
    [
        ([("FARGATE", 0, 1)], 0),
        ([("FARGATE", 1, 1), ("FARGATE_SPOT", 0, 3)], 2),
        ([("FARGATE", 0, 1), ("FARGATE_SPOT", 0, 1)], 2),
        ([("FARGATE_SPOT", 0, 1)], 4),
        ([("FARGATE_SPOT", 1, 0), ("FARGATE", 0, 1)], 1),
        ([("FARGATE", 9, 1), ("FARGATE_SPOT", 0, 1)], 0),
    ],
)
def test_spot_takes_its_share_of_the_tasks_by_base_and_weight(
    strategy: list[tuple[str, int, int]], spot: int
) -> None:
    """Four tasks, in another stack than the cluster."""
    service = _template(Task=_task(), Service=_service(DesiredCount=4))
    (line,) = bill([_template(Cluster=_capacity(*strategy)), service], PRICES).lines
    assert line.most == pytest.approx((4 - spot + spot * 0.3) * TASK_HOUR * 730)
    assert line.how.endswith(f", {spot} of 4 on Spot" if spot else "ARM64")


def test_a_services_own_strategy_goes_first() -> None:
    own = _service(CapacityProviderStrategy=[{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}])
    template = _template(Task=_task(), Service=own, Cluster=_capacity(("FARGATE", 0, 1)))
    assert _line(template, "tasks of hello").least == pytest.approx(0.3 * TASK_HOUR * 730)


def test_tasks_on_instances_are_paid_with_the_instances() -> None:
    template = _template(
        Task=_task(RequiresCompatibilities=["EC2"]),
        Service=_service(),
        Group=("AutoScaling::AutoScalingGroup", {}),
    )
    found = bill([template], PRICES)
    assert (found.lines, found.release_hour) == ([], 0)
    assert found.by_use == [BY_USE["AWS::AutoScaling::AutoScalingGroup"]]


def test_a_load_balancer_with_addresses_of_its_own_has_them_counted_once() -> None:
    mapped = {"Scheme": "internet-facing", "Type": "network", "SubnetMappings": [{"AllocationId": "eip-1"}]}
    template = _template(Nlb=("ElasticLoadBalancingV2::LoadBalancer", mapped), Address=("EC2::EIP", {}))
    assert _line(template, "public IPv4 addresses").least == pytest.approx(0.005 * 730)


@pytest.mark.parametrize(
    ("task", "service"), [({"Cpu": {"Ref": "Size"}}, {}), ({}, {"DesiredCount": {"Ref": "Count"}})]
)
def test_a_number_that_is_a_parameter_is_said_and_in_no_sum(task: Json, service: Json) -> None:
    template = _template(Task=_task(**task), Service=_service(**service), Key=("KMS::Key", {}))
    assert _line(template, "tasks of hello").how == "known to CloudFormation alone: in no sum"
    assert bill([template], PRICES).most == pytest.approx(1)


def test_what_others_write_shorter_is_read_too() -> None:
    template = _template(
        Gateway=("EC2::VPCEndpoint", {}), Service=("ECS::Service", {}), Task=("ECS::TaskDefinition", {})
    )
    assert bill([template], PRICES).lines == []


@pytest.mark.parametrize(("size", "told"), [(20, False), (21, True), (None, False)])
def test_storage_above_what_fargate_gives_is_named(size: int | None, told: bool) -> None:
    storage = {} if size is None else {"EphemeralStorage": {"SizeInGiB": size}}
    found = bill([_template(Task=_task(**storage))], PRICES)
    assert any("ephemeral storage" in words for words in found.by_use) == told


def test_what_nobody_knows_is_said() -> None:
    template = _template(Table=("DynamoDB::Table", {}), Role=("IAM::Role", {}), Again=("DynamoDB::Table", {}))
    assert bill([template], PRICES).unknown == ["AWS::DynamoDB::Table"]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_resource_of_the_environments_is_known(
    name: str, templates: Callable[[str], Templates], environments: Mapping[str, Any]
) -> None:
    found = bill(list(templates(name).values()), PRICES)
    assert found.unknown == []
    assert [line.what for line in found.lines if line.what.startswith("tasks of ")] == [
        f"tasks of {service.name}" for service in environments[name].services
    ]
    assert 0 < found.least <= found.most
