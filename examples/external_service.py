"""A service on machines of your own, with ECS Anywhere: no load balancer, no VPC around it.

Two of the outputs are the commands that register a machine: the first is typed where there are credentials of
the account, the second on the machine.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "external-service", env=cdk.Environment(account="111111111111", region="eu-central-1"))

cluster = ecs_platform.Cluster(
    stack,
    "Cluster",
    network=ecs_platform.Network(
        stack,
        "Network",
        cidr="10.0.0.0/16",
        zones=[
            ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
            ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
        ],
    ),
)
machines = ecs_platform.ExternalCapacity(stack, "Machines", cluster=cluster, registration_limit=3)
ecs_platform.ExternalService(
    stack,
    "Gauges",
    name="gauges",
    cluster=cluster,
    tasks=2,
    constraints=[ecs_platform.DistinctInstance()],
    task=ecs_platform.ExternalTaskDefinition(
        stack,
        "Task",
        family="gauges",
        port=8080,
        host_port=80,
        memory_mib=256,
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=ecs_platform.ImageRepository(stack, "Images", name="gauges").repository,
        logs=ecs_platform.AwsLogs(group_name="/ecs/gauges"),
    ),
)
for name, value in machines.outputs.items():
    cdk.CfnOutput(stack, name, value=value)
app.synth()
