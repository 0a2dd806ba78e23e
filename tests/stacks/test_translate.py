"""Every value of an environment reaches its construct: an environment that differs from dev in them all."""

import re
from typing import Any

import pytest
from aws_cdk.assertions import Match, Template

import ecs_platform as library
from environments import model
from environments.model import Environment
from stacks import translate
from stacks.environment_stage import EnvironmentStage
from tests.synthesis import ROOT, Templates, new_app, synthesize


@pytest.fixture(scope="module")
def changed(dev: Environment) -> Environment:
    """dev, changed in what the shipped environments leave at its default."""
    hello = dev.services[0].model_copy(
        update={
            "image": model.RegistryImage(tag="1.2.3"),
            "architecture": "X86_64",
            "port": 9090,
            "environment": {"GREETING": "hi"},
            "secrets": {
                "BY_NAME": model.SecretsManagerSecret(secret_id="hello/key", json_field="value"),
                "BY_ARN": model.SecretsManagerSecret(
                    secret_id="arn:aws:secretsmanager:eu-central-1:111122223333:secret:hello-AbCdEf"
                ),
                "PARAMETER": model.SsmParameter(name="/hello/parameter"),
            },
            "health_check_path": "/alive",
            "routing": model.Routing(priority=42, paths=("/a",), hosts=("a.example.com",)),
            "scaling": model.Scaling(
                min_tasks=2,
                max_tasks=8,
                memory_percent=70,
                requests_per_minute_per_task=300,
                schedules=(
                    model.ScheduledCapacity(name="night", expression="cron(0 22 * * ? *)", min_tasks=1),
                ),
            ),
            "deployment": model.CodeDeployBlueGreen(
                traffic=model.Linear(percent=20, minutes=2), termination_wait_minutes=7
            ),
            "alarms": model.AlarmThresholds(unhealthy_hosts=3),
        }
    )
    update = {
        "network": dev.network.model_copy(update={"nat": "one"}),
        "registry": dev.registry.model_copy(update={"keep_images": 77}),
        "load_balancer": dev.load_balancer.model_copy(
            update={
                "test_listener_cidrs": ("203.0.113.0/24",),
                "access_log_retention_days": 99,
                "waf": model.Waf(rate_limit_per_5_minutes=123),
            }
        ),
        "log_retention_days": 30,
        "services": (hello,),
    }
    return dev.model_copy(update=update)


@pytest.fixture(scope="module")
def templates_of(changed: Environment) -> Templates:
    return synthesize(changed)


def _has(templates: Templates, stack: str, kind: str, properties: dict[str, Any]) -> None:
    Template.from_json(dict(templates[stack])).has_resource_properties(kind, properties)


def test_network(templates_of: Templates) -> None:
    _has(templates_of, "network", "AWS::EC2::NatGateway", {})
    assert "EgressAddresses" in templates_of["network"]["Outputs"]


def test_the_outputs_that_the_docs_read_are_there(templates_of: Templates) -> None:
    for page, stack in (("network", "network"), ("images", "registry")):
        text = (ROOT / "docs" / f"{page}.md").read_text()
        read = set(re.findall(r"OutputKey=='(\w+)'", text))
        assert read
        assert read <= set(templates_of[stack]["Outputs"])


def test_registry(templates_of: Templates) -> None:
    policy = Match.object_like({"LifecyclePolicyText": Match.string_like_regexp('"countNumber":77')})
    _has(templates_of, "registry", "AWS::ECR::Repository", {"LifecyclePolicy": policy})


def test_load_balancer(templates_of: Templates) -> None:
    rule = Match.object_like({"CidrIp": "203.0.113.0/24", "FromPort": 9000})
    _has(
        templates_of,
        "platform",
        "AWS::EC2::SecurityGroup",
        {"SecurityGroupIngress": Match.array_with([rule])},
    )
    expiry = {"Rules": [Match.object_like({"ExpirationInDays": 99})]}
    _has(templates_of, "platform", "AWS::S3::Bucket", {"LifecycleConfiguration": expiry})
    limit = {"Statement": {"RateBasedStatement": Match.object_like({"Limit": 123})}}
    _has(
        templates_of,
        "platform",
        "AWS::WAFv2::WebACL",
        {"Rules": Match.array_with([Match.object_like(limit)])},
    )


def test_capacity(changed: Environment, templates_of: Templates) -> None:
    shares = changed.cluster
    _has(
        templates_of,
        "platform",
        "AWS::ECS::ClusterCapacityProviderAssociations",
        {
            "DefaultCapacityProviderStrategy": [
                {
                    "CapacityProvider": "FARGATE",
                    "Base": shares.fargate_base,
                    "Weight": shares.fargate_weight,
                },
                {"CapacityProvider": "FARGATE_SPOT", "Weight": shares.fargate_spot_weight},
            ]
        },
    )


def test_task(templates_of: Templates) -> None:
    container = {
        "Environment": [{"Name": "GREETING", "Value": "hi"}],
        "PortMappings": [Match.object_like({"ContainerPort": 9090})],
        "Secrets": Match.array_with([Match.object_like({"Name": name}) for name in ("BY_NAME", "BY_ARN")]),
    }
    _has(
        templates_of,
        "hello",
        "AWS::ECS::TaskDefinition",
        {
            "RuntimePlatform": Match.object_like({"CpuArchitecture": "X86_64"}),
            "ContainerDefinitions": [Match.object_like(container)],
        },
    )
    definitions = str(templates_of["hello"])
    assert "dev/hello:1.2.3" in definitions
    assert "parameter/hello/parameter" in definitions
    assert "ContainerImageBuild" not in definitions


def test_a_secret_and_a_parameter_are_reachable(templates_of: Templates, changed: Environment) -> None:
    # With NAT they are reached through it; without, each gets its endpoint.
    network = changed.network.model_copy(update={"nat": "none"})
    isolated = synthesize(changed.model_copy(update={"network": network}))
    assert "secretsmanager" not in str(templates_of["network"])
    for service in ("secretsmanager", "ssm"):
        name = f"com.amazonaws.eu-central-1.{service}"
        _has(isolated, "network", "AWS::EC2::VPCEndpoint", {"ServiceName": name})


def test_a_public_image(changed: Environment) -> None:
    uri = "public.ecr.aws/nginx/nginx:1.29"
    hello = changed.services[0].model_copy(update={"image": model.PublicImage(uri=uri)})
    templates = synthesize(changed.model_copy(update={"services": (hello,)}))
    container = Match.object_like({"Image": uri})
    _has(templates, "hello", "AWS::ECS::TaskDefinition", {"ContainerDefinitions": [container]})
    # The revision before still comes from the repository, and so does an image that a release names.
    assert "ecr:BatchGetImage" in str(templates["hello"])


def test_retiring_a_secret_takes_it_from_the_container_alone(changed: Environment) -> None:
    before = changed.services[0]
    after = before.model_copy(update={"secrets": {}, "retired": tuple(before.secrets.values())})
    network = changed.network.model_copy(update={"nat": "none"})
    used, retired = (
        synthesize(changed.model_copy(update={"network": network, "services": (service,)}))
        for service in (before, after)
    )
    assert used["network"] == retired["network"]  # the endpoints stay
    resources = retired["hello"]["Resources"]
    differ = [key for key, each in used["hello"]["Resources"].items() if each != resources.get(key)]
    assert [resources[key]["Type"] for key in differ] == ["AWS::ECS::TaskDefinition"]  # and so do the grants
    assert "Secrets" not in resources[differ[0]]["Properties"]["ContainerDefinitions"][0]


def test_routing_and_health_check(templates_of: Templates) -> None:
    _has(
        templates_of,
        "hello",
        "Custom::SwapSafeListenerRule",
        {"Priority": 42, "Hosts": ["a.example.com"], "Paths": ["/a"]},
    )
    _has(
        templates_of,
        "hello",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {"HealthCheckPath": "/alive", "Port": 9090},
    )


def test_scaling(templates_of: Templates) -> None:
    night = Match.object_like({"ScheduledActionName": "night", "ScalableTargetAction": {"MinCapacity": 1}})
    _has(
        templates_of,
        "hello",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {"MinCapacity": 2, "MaxCapacity": 8, "ScheduledActions": [night]},
    )
    targets = {
        resource["Properties"]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        for resource in templates_of["hello"]["Resources"].values()
        if resource["Type"] == "AWS::ApplicationAutoScaling::ScalingPolicy"
    }
    assert targets == {70, 300}


def test_deployment_and_alarms(templates_of: Templates) -> None:
    linear = {"TimeBasedLinear": {"LinearInterval": 2, "LinearPercentage": 20}, "Type": "TimeBasedLinear"}
    _has(templates_of, "hello", "AWS::CodeDeploy::DeploymentConfig", {"TrafficRoutingConfig": linear})
    wait = Match.object_like({"TerminationWaitTimeInMinutes": 7})
    _has(
        templates_of,
        "hello",
        "AWS::CodeDeploy::DeploymentGroup",
        {"BlueGreenDeploymentConfiguration": {"TerminateBlueInstancesOnDeploymentSuccess": wait}},
    )
    _has(
        templates_of,
        "hello",
        "AWS::CloudWatch::Alarm",
        {"AlarmDescription": "Tasks fail their health check.", "Threshold": 3},
    )


SMOKE_TEST = model.SmokeTest(path="/ready", status=204, timeout_seconds=99)
THE_SAME = library.SmokeTest(path="/ready", status=204, timeout_seconds=99)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (
            model.CodeDeployBlueGreen(
                traffic=model.Canary(percent=3, minutes=4),
                termination_wait_minutes=5,
                approval_wait_minutes=6,
                smoke_test=SMOKE_TEST,
            ),
            library.CodeDeployBlueGreen(
                traffic=library.Canary(percent=3, minutes=4),
                termination_wait_minutes=5,
                approval_wait_minutes=6,
                smoke_test=THE_SAME,
            ),
        ),
        (
            model.RollingUpdate(min_healthy_percent=10, max_percent=120, circuit_breaker=False),
            library.RollingUpdate(min_healthy_percent=10, max_percent=120, circuit_breaker=False),
        ),
        (
            model.NativeBlueGreen(bake_minutes=8, smoke_test=SMOKE_TEST),
            library.NativeBlueGreen(bake_minutes=8, smoke_test=THE_SAME),
        ),
        (
            model.NativeLinear(percent=30, step_minutes=7, bake_minutes=8, smoke_test=SMOKE_TEST),
            library.NativeLinear(percent=30, step_minutes=7, bake_minutes=8, smoke_test=THE_SAME),
        ),
        (
            model.NativeCanary(percent=30, canary_minutes=7, bake_minutes=8, smoke_test=SMOKE_TEST),
            library.NativeCanary(percent=30, canary_minutes=7, bake_minutes=8, smoke_test=THE_SAME),
        ),
    ],
)
def test_every_field_of_a_strategy(written: model.Deployment, wanted: library.Strategy) -> None:
    assert translate.deployment(written) == wanted
    # Nothing was left at its default: a field that is not translated would be seen.
    assert set(written.model_fields_set) == set(type(written).model_fields)


def test_log_retention(templates_of: Templates) -> None:
    group = {"LogGroupName": "/ecs/dev/hello", "RetentionInDays": 30}
    _has(templates_of, "hello", "AWS::Logs::LogGroup", group)


def test_a_service_is_deployed_after_its_repository(dev: Environment) -> None:
    stage = EnvironmentStage(new_app(), environment=dev)
    (hello,) = [stack for stack in stage.synth().stacks if stack.hierarchical_id == "dev/hello"]
    assert "dev-registry" in {getattr(dependency, "stack_name", None) for dependency in hello.dependencies}
