"""The comparable construct: cdklabs' blue/green service, in three environments of 63 resources each."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from cdk.ecs_codedeploy import ApplicationLoadBalancedCodeDeployedFargateService  # pyright: ignore[reportMissingImports]

app = cdk.App()
for name in ("dev", "staging", "production"):
    stack = cdk.Stack(app, name, env=cdk.Environment(region="eu-central-1"))
    ApplicationLoadBalancedCodeDeployedFargateService(
        stack,
        "Service",
        cluster=ecs.Cluster(stack, "Cluster", vpc=ec2.Vpc(stack, "Vpc")),
        task_image_options={"image": ecs.ContainerImage.from_registry("public.ecr.aws/nginx/nginx:stable")},
    )
app.synth()
