"""Whether tasks reach what they need to start."""

from dataclasses import replace
from typing import Any

import pytest

from operate.checking.finding import Finding, Verdict
from operate.checking.reach_checks import Running, endpoints, needs
from operate.outputs import Deployed
from tests.operate.reading import FAMILY, LIVE, NOW, REGISTRY, SERVICE, StubbedAws, task_definition

ECR = {"ecr.api", "ecr.dkr", "s3"}
TO_NAT = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}
LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}


def container(**changes: Any) -> dict[str, Any]:
    return {"name": "app", "image": f"{REGISTRY}/dev/hello:v3", **changes}


def needed(*containers: dict[str, Any], exec_enabled: bool = False) -> set[str]:
    return needs({"containerDefinitions": list(containers)}, exec_enabled=exec_enabled)


def test_an_image_of_ecr_comes_in_three_parts() -> None:
    assert needed(container()) == ECR


def test_an_image_of_another_registry_needs_no_endpoint() -> None:
    assert needed(container(image="public.ecr.aws/nginx/nginx:1")) == set()


def test_logs_secrets_parameters_and_exec() -> None:
    arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db"
    secret = {"name": "A", "valueFrom": arn}
    parameter = {"name": "B", "valueFrom": "/dev/b"}
    assert needed(container(logConfiguration={"logDriver": "awslogs"})) == ECR | {"logs"}
    assert needed(container(logConfiguration={"logDriver": "splunk"})) == ECR
    assert needed(container(secrets=[secret])) == ECR | {"secretsmanager"}
    assert needed(container(secrets=[parameter])) == ECR | {"ssm"}
    assert needed(container(), exec_enabled=True) == ECR | {"ssmmessages", "kms"}


def test_every_container_of_a_task_counts() -> None:
    side = container(image="public.ecr.aws/x:1", logConfiguration={"logDriver": "awslogs"})
    assert needed(container(), side) == ECR | {"logs"}


def found(
    aws: StubbedAws,
    *,
    there: dict[str, str],
    routes: dict[str, list[dict[str, Any]]] | None = None,
    live: int = 3,
    before: list[dict[str, Any]] | None = None,
    **configured: Any,
) -> Finding:
    """The finding for hello, in a network with these endpoints by state and routes by subnet."""
    outputs = [{"OutputKey": "TaskSubnets", "OutputValue": "subnet-1,subnet-2"}]
    stack = {"StackName": "dev-network", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE"}
    aws.answers("cloudformation", "describe_stacks", {"Stacks": [{**stack, "Outputs": outputs}]})
    of_vpc = {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}]}
    asked = {"SubnetIds": ["subnet-1", "subnet-2"]}
    aws.answers("ec2", "describe_subnets", {"Subnets": [{"VpcId": "vpc-1"}] * 2}, asked)
    tables = [
        {
            "Associations": [{"Main": True} if subnet == "main" else {"SubnetId": subnet}],
            "Routes": [LOCAL, *ways],
        }
        for subnet, ways in (routes or {"main": []}).items()
    ]
    aws.answers("ec2", "describe_route_tables", {"RouteTables": tables}, of_vpc)
    listed = [
        {"ServiceName": f"com.amazonaws.eu-central-1.{tail}", "State": state} for tail, state in there.items()
    ]
    aws.answers("ec2", "describe_vpc_endpoints", {"VpcEndpoints": listed}, of_vpc)
    if live != 3:
        asked_for = {"taskDefinition": f"{FAMILY}:{live}", "include": ["TAGS"]}
        aws.answers(
            "ecs", "describe_task_definition", task_definition(live, containerDefinitions=before), asked_for
        )
    aws.answers("ecs", "describe_task_definition", task_definition(3, **configured))
    running = Running(service=SERVICE, live=replace(LIVE, revision=f"{FAMILY}:{live}"))
    finding = endpoints(Deployed(aws), [running])
    aws.all_was_asked()
    return finding


ALL = dict.fromkeys(ECR, "available")


def test_an_isolated_network_with_its_endpoints(stubbed: StubbedAws) -> None:
    finding = found(stubbed, there=ALL)
    assert (finding.verdict, finding.says) == (Verdict.OK, "ecr.api, ecr.dkr, s3 reached by endpoint")


def test_a_missing_endpoint_names_who_calls_it(stubbed: StubbedAws) -> None:
    finding = found(stubbed, there={"ecr.api": "available", "ecr.dkr": "available"})
    assert finding.verdict is Verdict.REFUSED
    assert finding.says == "hello cannot reach s3: no endpoint, and no way to the internet"
    assert finding.fix == "make deploy ENV=dev makes what the services ask for"


@pytest.mark.parametrize("state", ["pending", "failed", "pendingAcceptance"])
def test_an_endpoint_that_does_not_work(stubbed: StubbedAws, state: str) -> None:
    finding = found(stubbed, there={**ALL, "s3": state})
    assert finding.verdict is Verdict.REFUSED
    assert finding.says == f"the endpoint of s3, which hello calls, is {state.lower()}"


def test_states_are_written_either_way(stubbed: StubbedAws) -> None:
    assert found(stubbed, there=dict.fromkeys(ECR, "Available")).verdict is Verdict.OK


def test_nat_reaches_everything(stubbed: StubbedAws) -> None:
    finding = found(stubbed, there={}, routes={"subnet-1": [TO_NAT], "subnet-2": [TO_NAT]})
    assert finding.verdict is Verdict.OK
    assert finding.says.endswith("by NAT, or an endpoint where there is one")


def test_nat_for_one_zone_is_not_enough(stubbed: StubbedAws) -> None:
    assert found(stubbed, there={}, routes={"subnet-1": [TO_NAT], "subnet-2": []}).verdict is Verdict.REFUSED


def test_a_route_to_a_gateway_that_is_gone(stubbed: StubbedAws) -> None:
    gone = {**TO_NAT, "State": "blackhole"}
    assert found(stubbed, there={}, routes={"main": [gone]}).verdict is Verdict.REFUSED


def test_subnets_without_a_table_have_the_main_one(stubbed: StubbedAws) -> None:
    assert found(stubbed, there={}, routes={"main": [TO_NAT]}).verdict is Verdict.OK


def test_what_the_live_revision_needs_counts_as_well(stubbed: StubbedAws) -> None:
    # Live: a secret, whose endpoint an update has removed too soon.
    secret = {"name": "A", "valueFrom": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db"}
    before = [container(secrets=[secret])]
    finding = found(stubbed, there=ALL, live=2, before=before)
    assert finding.verdict is Verdict.REFUSED
    assert finding.says.startswith("hello cannot reach secretsmanager")


FOREIGN = [{"name": "app", "image": "public.ecr.aws/nginx/nginx:1"}]


def test_an_image_from_the_internet_in_an_isolated_network(stubbed: StubbedAws) -> None:
    finding = found(stubbed, there=ALL, containerDefinitions=FOREIGN)
    assert finding.verdict is Verdict.REFUSED
    assert finding.says.startswith("hello pulls public.ecr.aws/nginx/nginx:1: no way to the internet")
    assert finding.fix is not None
    assert "copy-image" in finding.fix


def test_an_image_from_the_internet_by_nat(stubbed: StubbedAws) -> None:
    finding = found(stubbed, there={}, routes={"main": [TO_NAT]}, containerDefinitions=FOREIGN)
    assert finding.verdict is Verdict.OK
