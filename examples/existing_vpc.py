"""A service in a VPC that somebody else keeps: say what it can reach, and hear at synth what is missing."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "existing-vpc", env=cdk.Environment(account="111111111111", region="eu-central-1"))


def subnet(name: str, zone: str, subnet_id: str, route_table_id: str) -> ec2.ISubnet:
    return ec2.Subnet.from_subnet_attributes(
        stack, name, availability_zone=zone, subnet_id=subnet_id, route_table_id=route_table_id
    )


network = ecs_platform.ExistingNetwork(
    stack,
    "Network",
    # By attributes: a look-up would need credentials to synthesize.
    vpc=ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-0a1b2c3d4e5f60718",
        vpc_cidr_block="10.8.0.0/16",
        availability_zones=["eu-central-1a", "eu-central-1b"],
    ),
    cidr="10.8.0.0/16",
    public_subnets=[
        subnet("PublicA", "eu-central-1a", "subnet-0aaaaaaaaaaaaaaa1", "rtb-0aaaaaaaaaaaaaaa1"),
        subnet("PublicB", "eu-central-1b", "subnet-0aaaaaaaaaaaaaaa2", "rtb-0aaaaaaaaaaaaaaa1"),
    ],
    task_subnets=[
        subnet("PrivateA", "eu-central-1a", "subnet-0bbbbbbbbbbbbbbb1", "rtb-0bbbbbbbbbbbbbbb1"),
        subnet("PrivateB", "eu-central-1b", "subnet-0bbbbbbbbbbbbbbb2", "rtb-0bbbbbbbbbbbbbbb1"),
    ],
    egress=False,
    endpoints=[*ecs_platform.EVERY_TASK, ecs_platform.AwsService.SECRETS_MANAGER],
)
ecs_platform.Service(
    stack,
    "Billing",
    name="billing",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    load_balancer=ecs_platform.LoadBalancer(
        stack,
        "LoadBalancer",
        network=network,
        https=ecs_platform.Https(
            domain_name="billing.example.com",
            certificate=acm.Certificate.from_certificate_arn(
                stack,
                "Certificate",
                "arn:aws:acm:eu-central-1:111111111111:certificate/12345678-1234-1234-1234-123456789012",
            ),
        ),
    ),
    task=ecs_platform.TaskDefinition(
        stack,
        "Task",
        network=network,
        family="billing",
        size=ecs_platform.FargateSize(cpu=1024, memory_mib=2048),
        image=ecs_platform.RegistryImage(tag="2.3.0"),
        repository=ecr.Repository.from_repository_attributes(
            stack,
            "Images",
            repository_name="billing",
            repository_arn="arn:aws:ecr:eu-central-1:111111111111:repository/billing",
        ),
        port=8080,
        secrets={
            "DATABASE_PASSWORD": ecs_platform.SecretsManagerSecret(
                name="billing/database", json_field="password"
            )
        },
        logs=ecs_platform.AwsLogs(group_name="/ecs/billing"),
    ),
    routing=ecs_platform.Routing(priority=100, hosts=["billing.example.com"]),
    tasks=ecs_platform.Scaling(min_tasks=2, max_tasks=6, requests_per_minute_per_task=600),
)
app.synth()
