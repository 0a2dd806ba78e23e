"""The Datadog agent beside an application: metrics of both containers, traces, and metrics of its own.

Datadog is on the internet, so this network has NAT, with an address that stays; without NAT, the agent is
refused here and not at its start.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "datadog", env=cdk.Environment(account="111111111111", region="eu-central-1"))

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
    nat=ecs_platform.Nat.ONE,
)
images = ecs_platform.ImageRepository(stack, "Images", name="report")
agent = ecs_platform.DatadogAgent(
    api_key=ecs_platform.SecretsManagerSecret(name="datadog-api-key"),
    site="datadoghq.eu",
    service="report",
)
ecs_platform.OneOffTask(
    stack,
    "Report",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    task=ecs_platform.TaskDefinition(
        stack,
        "Task",
        network=network,
        family="report",
        size=ecs_platform.FargateSize(cpu=512, memory_mib=1024),
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=images.repository,
        logs=ecs_platform.AwsLogs(group_name="/ecs/report"),
        sidecars=agent.containers(network),
        volumes=agent.volumes,
    ),
)
# What a partner puts on an allow list: all that leaves here comes from these.
cdk.CfnOutput(stack, "EgressAddresses", value=cdk.Fn.join(",", list(network.egress_addresses)))
app.synth()
