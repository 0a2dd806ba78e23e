"""Containers beside the application's, and what the task's roles and network know of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk.assertions import Template

from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import RegistryImage, SourceImage
from ecs_platform.task.container import Condition, DependsOn
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.secrets import SecretsManagerSecret, SsmParameter
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork
from tests.unit.task.containers import IMAGE, container

Task = Callable[..., TaskDefinition]
Properties = Callable[..., dict[str, Any]]


@pytest.fixture
def network(stack: cdk.Stack) -> FakeNetwork:
    return FakeNetwork(stack, has_egress=True)


@pytest.fixture
def proxies(stack: cdk.Stack) -> ecr.IRepository:
    return ecr.Repository.from_repository_attributes(
        stack,
        "Proxies",
        repository_name="dev/proxy",
        repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/dev/proxy",
    )


def by_name(properties: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["Name"]: each for each in properties["ContainerDefinitions"]}


def in_front(task: TaskDefinition) -> str:
    """The container that CDK attaches load balancers to."""
    assert task.definition.default_container
    return task.definition.default_container.container_name


def start_statements(template: Template) -> list[dict[str, Any]]:
    """What the execution role may do."""
    roles = template.find_resources("AWS::IAM::Role").values()
    (policy,) = (each for role in roles for each in role["Properties"].get("Policies", []))
    return policy["PolicyDocument"]["Statement"]


def test_a_sidecar_is_as_closed_as_the_application(definition: Properties) -> None:
    containers = definition(sidecars=[container("web")])["ContainerDefinitions"]
    app, web = containers
    for field in ("User", "ReadonlyRootFilesystem", "LinuxParameters", "StopTimeout", "Essential"):
        assert web[field] == app[field], field
    assert [each["Name"] for each in containers] == ["app", "web"]
    assert web["Image"] == IMAGE.uri


def test_containers_wait_for_each_other_and_need_not_be_essential(definition: Properties) -> None:
    containers = by_name(
        definition(
            health_check=HealthCheck(command="true"),
            depends_on=[DependsOn(container="init", condition=Condition.SUCCESS)],
            sidecars=[
                container("init", essential=False),
                container("web", depends_on=[DependsOn(container="app", condition=Condition.HEALTHY)]),
                container("late", depends_on=[DependsOn(container="web")]),
                container("end", depends_on=[DependsOn(container="init", condition=Condition.COMPLETE)]),
            ],
        )
    )
    assert [containers[name]["Essential"] for name in ("app", "init", "web")] == [True, False, True]
    assert {name: each.get("DependsOn") for name, each in containers.items()} == {
        "app": [{"Condition": "SUCCESS", "ContainerName": "init"}],
        "init": None,
        "web": [{"Condition": "HEALTHY", "ContainerName": "app"}],
        "late": [{"Condition": "START", "ContainerName": "web"}],
        "end": [{"Condition": "COMPLETE", "ContainerName": "init"}],
    }


def test_all_write_to_one_log_group_each_to_its_own_streams(
    definition: Properties, template: Callable[[], Template]
) -> None:
    app, web = definition(sidecars=[container("web")])["ContainerDefinitions"]
    template().resource_count_is("AWS::Logs::LogGroup", 1)
    # ECS names streams prefix/container/task.
    assert web["LogConfiguration"] == app["LogConfiguration"]
    assert web["LogConfiguration"]["Options"]["awslogs-stream-prefix"] == "dev-hello"


def test_requests_go_to_the_application_unless_a_sidecar_stands_in_front(task: Task) -> None:
    built = task(sidecars=[container("web", port=80)])
    assert (built.port, built.front_name, built.container_name) == (8080, "app", "app")
    assert in_front(built) == "app"


def test_requests_go_to_the_sidecar_in_front(task: Task) -> None:
    built = task(front="web", sidecars=[container("web", port=80)])
    assert (built.port, built.front_name, built.container_name) == (80, "web", "app")
    assert built.container is built.containers["app"]
    assert in_front(built) == "web"


def test_an_application_that_is_not_essential_still_gets_the_requests(task: Task) -> None:
    built = task(essential=False, sidecars=[container("web", port=80)])
    assert in_front(built) == "app"


@pytest.mark.parametrize(
    ("front", "said"),
    [("wbe", "it is no container of the task."), ("log", "it has no port.")],
)
def test_only_a_container_with_a_port_stands_in_front(task: Task, front: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(front=front, sidecars=[container("web", port=80), container("log")])
    assert str(error.value) == (
        f'"{front}" cannot stand in front: {said} Allowed: one with a port: app, web. '
        "Change: TaskDefinition(front=...)"
    )


def test_a_sidecar_comes_from_the_tasks_repository_or_from_its_own(
    definition: Properties, proxies: ecr.IRepository, template: Callable[[], Template]
) -> None:
    containers = by_name(
        definition(
            sidecars=[
                container("web", image=RegistryImage(tag="2"), repository=proxies),
                container("tool", image=RegistryImage(tag="3")),
            ]
        )
    )
    assert containers["web"]["Image"]["Fn::Join"][1][-1] == "/dev/proxy:2"
    assert containers["tool"]["Image"]["Fn::Join"][1][-1] == "/dev/hello:3"
    pull, *_ = start_statements(template())
    assert pull["Resource"] == [
        "arn:aws:ecr:eu-central-1:111122223333:repository/dev/hello",
        "arn:aws:ecr:eu-central-1:111122223333:repository/dev/proxy",
    ]


def test_a_retired_repository_is_still_pulled_from(
    task: Task, network: FakeNetwork, proxies: ecr.IRepository, template: Callable[[], Template]
) -> None:
    task(image=IMAGE, repository=None, retired_repositories=[proxies])
    pull, *_ = start_statements(template())
    assert pull["Resource"] == "arn:aws:ecr:eu-central-1:111122223333:repository/dev/proxy"
    assert network.reached == set(EVERY_TASK)


def test_a_sidecar_without_any_repository_is_refused(task: Task) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(image=IMAGE, repository=None, sidecars=[container("web", image=RegistryImage(tag="1"))])
    assert str(error.value) == (
        'A RegistryImage is given for the container "web", and no repository. '
        "Allowed: the repository that the image comes from; a PublicImage alone needs none. "
        'Change: Container(name="web", repository=...)'
    )


def test_a_public_sidecar_needs_the_internet(task: Task, network: FakeNetwork) -> None:
    network.has_egress = False
    with pytest.raises(ConfigurationError, match=r"^public.ecr.aws/nginx/nginx:1.29 is out of reach"):
        task(sidecars=[container("web")])


def test_sidecars_can_be_built_beside_the_application(
    task: Task, tmp_path: Path, stack: cdk.Stack, proxies: ecr.IRepository
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    source = SourceImage(directory=tmp_path)
    built = task(image=source, sidecars=[container("web", image=source, repository=proxies)])
    tags = [stack.resolve(each.image_name)["Fn::Join"][1][-1] for each in built.containers.values()]
    assert tags[0]["Fn::GetAtt"][1] == tags[1]["Fn::GetAtt"][1] == "ImageTag"
    assert tags[0] != tags[1]


def test_each_containers_secrets_are_read_and_reached(
    definition: Properties, network: FakeNetwork, template: Callable[[], Template]
) -> None:
    containers = by_name(
        definition(
            secrets={"TOKEN": SsmParameter(name="app")},
            sidecars=[container("web", secrets={"TOKEN": SecretsManagerSecret(name="web")})],
        )
    )
    assert [each["Secrets"][0]["Name"] for each in containers.values()] == ["TOKEN", "TOKEN"]
    *_, secret, parameter = start_statements(template())
    assert secret["Resource"].endswith(":secret:web-??????")
    assert parameter["Resource"].endswith(":parameter/app")
    assert network.reached == {*EVERY_TASK, AwsService.SECRETS_MANAGER, AwsService.SSM}


def test_a_secret_that_a_sidecar_still_gets_cannot_be_retired(task: Task) -> None:
    token = SsmParameter(name="web")
    with pytest.raises(ConfigurationError, match="TOKEN stands among the secrets, and its secret is retired"):
        task(retired_secrets=[token], sidecars=[container("web", secrets={"TOKEN": token})])


def test_a_writable_path_is_a_containers_own(definition: Properties) -> None:
    properties = definition(
        writable_mounts=["/tmp"],  # noqa: S108 - a path in a container
        sidecars=[container("web", writable_mounts=["/tmp", "/var/cache"])],  # noqa: S108
    )
    assert [each["Name"] for each in properties["Volumes"]] == ["tmp", "web-tmp", "web-var-cache"]
    web = by_name(properties)["web"]
    assert [each["SourceVolume"] for each in web["MountPoints"]] == ["web-tmp", "web-var-cache"]


def test_it_has_no_findings(task: Task, findings: Callable[[], list[str]], proxies: ecr.IRepository) -> None:
    task(
        sidecars=[
            container(
                "web",
                image=RegistryImage(tag="2"),
                repository=proxies,
                port=80,
                environment={"COLOUR": "blue"},
                secrets={"TOKEN": SsmParameter(name="web")},
            )
        ]
    )
    assert findings() == []
