"""Whether tasks reach what they need to start: registry, layers, logs and secrets."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from operate.aws import Aws, explained
from operate.checking.finding import Finding, Verdict
from operate.outputs import Deployed, ServiceOutputs
from operate.reading.live import Live
from operate.releasing.revision import read_revision


@dataclass(frozen=True, kw_only=True)
class Running:
    """A deployed service and how it is."""

    service: ServiceOutputs
    live: Live


@dataclass(frozen=True, kw_only=True)
class _Network:
    """What the tasks' subnets lead to.

    Args:
        egress: Whether all of them have a way to the internet.
        endpoints: State of each endpoint by its service, `ecr.api`.
    """

    egress: bool
    endpoints: Mapping[str, str]


def needs(definition: Mapping[str, Any], *, exec_enabled: bool) -> set[str]:
    """The AWS services that a task of a revision calls, by the tail of their endpoints' names.

    Args:
        definition: The task definition, as DescribeTaskDefinition answers.
        exec_enabled: Whether the service lets people in by ECS Exec.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
    """
    # The cluster of this project encrypts sessions with a key of its own.
    found = {"ssmmessages", "kms"} if exec_enabled else set[str]()
    for container in definition["containerDefinitions"]:
        if ".dkr.ecr." in container["image"]:
            found |= {"ecr.api", "ecr.dkr", "s3"}
        if container.get("logConfiguration", {}).get("logDriver") == "awslogs":
            found.add("logs")
        for secret in container.get("secrets") or []:
            found.add("secretsmanager" if ":secretsmanager:" in secret["valueFrom"] else "ssm")
    return found


def foreign_images(definition: Mapping[str, Any]) -> set[str]:
    """The images of a revision that come from no ECR repository, and so over the internet.

    Args:
        definition: The task definition, as DescribeTaskDefinition answers.
    """
    images = (container["image"] for container in definition["containerDefinitions"])
    return {image for image in images if ".dkr.ecr." not in image}


def endpoints(deployed: Deployed, running: Sequence[Running]) -> Finding:
    """Whether the live and the configured revision of every service reach what they call.

    Args:
        deployed: The environment, with its network.
        running: Its deployed services.
    """
    aws = deployed.aws
    subnets = deployed.outputs(f"{deployed.environment.name}-network")["TaskSubnets"].split(",")
    network = _network(aws, subnets)
    wanted: dict[str, set[str]] = {}
    foreign: dict[str, set[str]] = {}
    for each in running:
        for arn in sorted({each.live.revision, each.service.task_definition}):
            definition = read_revision(aws, each.service, arn).definition
            for tail in needs(definition, exec_enabled=each.live.exec_enabled):
                wanted.setdefault(tail, set()).add(each.service.name)
            for image in foreign_images(definition):
                foreign.setdefault(image, set()).add(each.service.name)
    if foreign and not network.egress:
        pulled = "; ".join(
            f"{', '.join(sorted(who))} pulls {image}" for image, who in sorted(foreign.items())
        )
        return Finding(
            name="endpoints",
            verdict=Verdict.REFUSED,
            says=f"{pulled}: no way to the internet, and no endpoint leads there",
            fix=f"make copy-image ENV={deployed.environment.name} SERVICE=... SOURCE=..., "
            "or `network.nat` in the environment file",
        )
    problems = list(_problems(network, wanted))
    if problems:
        return Finding(
            name="endpoints",
            verdict=Verdict.REFUSED,
            says="; ".join(problems),
            fix=f"make deploy ENV={deployed.environment.name} makes what the services ask for",
        )
    way = "by NAT, or an endpoint where there is one" if network.egress else "by endpoint"
    return Finding(
        name="endpoints",
        verdict=Verdict.OK,
        says=f"{', '.join(sorted(wanted)) or 'nothing'} reached {way}",
    )


def out_of_reach(aws: Aws, service: ServiceOutputs, tails: Collection[str]) -> Sequence[str]:
    """What the subnets of a service do not lead to, said one by one.

    Args:
        aws: The way to AWS.
        service: The service.
        tails: The tails of endpoints' names, such as `ssmmessages`.
    """
    network = _network(aws, service.subnets)
    return list(_problems(network, {tail: {service.name} for tail in tails}))


def _problems(network: _Network, wanted: Mapping[str, set[str]]) -> Iterator[str]:
    for tail, services in sorted(wanted.items()):
        state = network.endpoints.get(tail)
        if state == "available" or (state is None and network.egress):
            continue
        who = ", ".join(sorted(services))
        if state is None:
            yield f"{who} cannot reach {tail}: no endpoint, and no way to the internet"
        else:
            yield f"the endpoint of {tail}, which {who} calls, is {state}"


def _network(aws: Aws, subnets: Sequence[str]) -> _Network:
    ec2 = aws.client("ec2")
    with explained("describe the network"):
        vpc = ec2.describe_subnets(SubnetIds=list(subnets))["Subnets"][0]["VpcId"]
        of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
        tables = ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]
        found = ec2.describe_vpc_endpoints(Filters=of_vpc)["VpcEndpoints"]
    prefix = f"com.amazonaws.{aws.region}."
    return _Network(
        egress=all(_leads_out(tables, subnet) for subnet in subnets),
        # The reference writes "Available", the API answers "available".
        endpoints={each["ServiceName"].removeprefix(prefix): each["State"].lower() for each in found},
    )


def _leads_out(tables: Sequence[Mapping[str, Any]], subnet: str) -> bool:
    own = [table for table in tables if any(each.get("SubnetId") == subnet for each in table["Associations"])]
    # A subnet without a table of its own has the VPC's main one.
    main = [table for table in tables if any(each.get("Main") for each in table["Associations"])]
    return any(
        route.get("DestinationCidrBlock") == "0.0.0.0/0" and route.get("State") == "active"
        for table in own or main
        for route in table["Routes"]
    )
