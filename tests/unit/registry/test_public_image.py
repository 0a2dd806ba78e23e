"""An image of a public registry: what it is called, and where it can be pulled."""

import subprocess
import sys

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import PublicImage
from tests.unit.fakes import FakeNetwork

DIGEST = f"sha256:{'0a' * 32}"
NGINX = "public.ecr.aws/nginx/nginx:1.29"


def refusal(uri: str) -> str:
    with pytest.raises(ConfigurationError) as error:
        PublicImage(uri=uri)
    return str(error.value)


@pytest.mark.parametrize(
    "uri",
    [
        NGINX,
        f"docker.io/library/httpd@{DIGEST}",
        "ghcr.io/a/b/c__d-e.f:latest-1",
        "registry.example.com:5000/app:v1",
        "quay.io/app:" + "x" * 128,
    ],
)
def test_it_is_pulled_under_its_own_name(stack: cdk.Stack, uri: str) -> None:
    image = PublicImage(uri=uri).bind(FakeNetwork(stack, has_egress=True))
    assert isinstance(image, ecs.RepositoryImage)
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container("app", image=image)
    (definition,) = Template.from_stack(stack).find_resources("AWS::ECS::TaskDefinition").values()
    assert definition["Properties"]["ContainerDefinitions"][0]["Image"] == uri


def test_an_isolated_network_cannot_pull_it(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as error:
        PublicImage(uri=NGINX).bind(FakeNetwork(stack, has_egress=False))
    assert str(error.value) == (
        f"{NGINX} is out of reach: the tasks' network has no way to the internet. "
        "Allowed: copy it into the service's own repository (RegistryImage), or give the network NAT "
        "(ExistingNetwork: `egress=True`, once it has a way out). "
        "Change: the `image` or the `network` of the TaskDefinition."
    )


@pytest.mark.parametrize(
    "uri",
    [
        "111122223333.dkr.ecr.eu-central-1.amazonaws.com/dev/hello:1",
        "111122223333.dkr.ecr-fips.us-east-1.amazonaws.com/dev/hello:1",
        "111122223333.dkr-ecr.eu-central-1.on.aws/dev/hello:1",
        "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/dev/hello",
    ],
)
def test_a_private_repository_is_no_public_registry(uri: str) -> None:
    assert refusal(uri) == (
        f'"{uri}" lies in a private repository of ECR. Allowed: RegistryImage(tag=...) or '
        "RegistryImage(digest=...), from the service's own repository. Change: PublicImage(uri=...)"
    )


@pytest.mark.parametrize(
    ("uri", "given"),
    [
        ("public.ecr.aws/nginx/nginx", "neither a tag nor a digest"),
        (f"{NGINX}@{DIGEST}", "both a tag and a digest"),
    ],
)
def test_it_is_named_in_exactly_one_way(uri: str, given: str) -> None:
    assert (
        refusal(uri) == f'"{uri}" has {given}. Allowed: exactly one of the two. Change: PublicImage(uri=...)'
    )


def test_latest_is_refused() -> None:
    assert refusal("public.ecr.aws/nginx/nginx:latest") == (
        '"public.ecr.aws/nginx/nginx:latest" is whatever was published last, and no rollback would bring '
        "back what ran before. Allowed: a tag that stays what it is, or better a digest. "
        "Change: PublicImage(uri=...)"
    )


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "nginx:1.29",
        "library/nginx:1.29",
        "public.ecr.aws:1.29",
        "https://public.ecr.aws/nginx/nginx:1.29",
        "public.ecr.aws/nginx/:1.29",
        "public.ecr.aws/Nginx/nginx:1.29",
        "public.ecr.aws/nginx/nginx:",
        "public.ecr.aws/nginx/nginx:-1",
        "public.ecr.aws/nginx/nginx:1 ",
        "public.ecr.aws/nginx/nginx@sha256:0a",
        f"public.ecr.aws/{'a' * 240}:1",
    ],
)
def test_a_malformed_name_is_refused(uri: str) -> None:
    assert refusal(uri) == (
        f'"{uri}" names no image of a public registry. Allowed: a registry, a repository, and a tag or '
        'digest, such as "public.ecr.aws/nginx/nginx:1.29" or "docker.io/library/httpd@sha256:...", in at '
        "most 255 characters. Change: PublicImage(uri=...)"
    )


def test_a_name_can_be_255_characters_long() -> None:
    uri = f"public.ecr.aws/{'a' * 238}:1"
    assert len(uri) == 255
    assert PublicImage(uri=uri).uri == uri


def test_what_only_the_deployment_knows_is_not_checked(stack: cdk.Stack) -> None:
    parameter = cdk.CfnParameter(stack, "Image").value_as_string
    assert PublicImage(uri=parameter).uri == parameter


def test_a_name_is_checked_without_aws_cdk() -> None:
    # An environment file is checked by commands that have no second to wait.
    code = "import sys, ecs_platform.registry.public_uri; sys.exit('aws_cdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
