import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk.assertions import Template
from cdklabs.deploy_time_build import ContainerImageBuild
from constructs import Construct

from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import SourceImage
from ecs_platform.task.architecture import Architecture

REPOSITORY = "arn:aws:ecr:eu-central-1:111122223333:repository/dev/hello"


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A build context: a Dockerfile and one source file."""
    directory = tmp_path / "service"
    directory.mkdir()
    (directory / "Dockerfile").write_text("FROM scratch\nCOPY app.py /\n")
    (directory / "app.py").write_text("print()\n")
    return directory


@pytest.fixture
def bind(stack: cdk.Stack, service: Path) -> Callable[..., None]:
    """Binds a SourceImage of the service directory, changed by the options."""

    repository = ecr.Repository.from_repository_attributes(
        stack, "Repository", repository_name="dev/hello", repository_arn=REPOSITORY
    )

    def run(
        scope: Construct = stack, architecture: Architecture = Architecture.ARM64, **options: Any
    ) -> None:
        arguments: dict[str, Any] = {"directory": service} | options
        SourceImage(**arguments).bind(scope, repository, architecture)

    return run


def build_of(template: Template) -> dict[str, Any]:
    (resource,) = template.find_resources("Custom::CDKContainerImageBuild").values()
    return dict(resource["Properties"])


def source_of(service: Path, **options: Any) -> str:
    """The asset that a build of this directory reads; its name is a hash of what is in it."""
    stack = cdk.Stack(cdk.App(), "stack", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    repository = ecr.Repository.from_repository_name(stack, "Repository", "dev/hello")
    arguments: dict[str, Any] = {"directory": service} | options
    SourceImage(**arguments).bind(stack, repository, Architecture.ARM64)
    return build_of(Template.from_stack(stack))["sourceS3Url"]


def test_it_builds_for_arm_on_arm(bind: Callable[..., None], template: Callable[[], Template]) -> None:
    bind()
    assert "--platform linux/arm64" in build_of(template())["buildCommand"]
    template().has_resource_properties("AWS::CodeBuild::Project", {"Environment": {"Type": "ARM_CONTAINER"}})


def test_a_plain_word_is_the_same_processor(
    bind: Callable[..., None], template: Callable[[], Template]
) -> None:
    bind(architecture="ARM64")
    assert "--platform linux/arm64" in build_of(template())["buildCommand"]


def test_it_builds_for_x86_on_x86(bind: Callable[..., None], template: Callable[[], Template]) -> None:
    bind(architecture=Architecture.X86_64)
    assert "--platform linux/amd64" in build_of(template())["buildCommand"]
    template().has_resource_properties(
        "AWS::CodeBuild::Project", {"Environment": {"Type": "LINUX_CONTAINER"}}
    )


def test_every_build_gets_a_tag_of_its_own(
    bind: Callable[..., None], template: Callable[[], Template]
) -> None:
    bind()
    build = build_of(template())
    assert build["tagPrefix"] == "source-"
    assert "imageTag" not in build


@pytest.mark.parametrize(("options", "seconds"), [({}, 900), ({"build_timeout_minutes": 30}, 1800)])
def test_a_build_that_never_answers_does_not_hold_the_stack_for_an_hour(
    bind: Callable[..., None], template: Callable[[], Template], options: dict[str, int], seconds: int
) -> None:
    bind(**options)
    assert build_of(template())["ServiceTimeout"] == seconds


def test_options_reach_the_build_and_arguments_are_quoted(
    bind: Callable[..., None], template: Callable[[], Template], service: Path
) -> None:
    (service / "other Dockerfile").write_text("FROM scratch AS small\n")
    bind(dockerfile="other Dockerfile", target="small&", build_args={"GREETING": "hello; $(whoami)"})
    command = build_of(template())["buildCommand"]
    assert "--file 'other Dockerfile'" in command
    assert "--target 'small&'" in command
    assert "--build-arg GREETING='hello; $(whoami)'" in command


def test_a_changed_file_is_a_new_source_and_what_tests_and_editors_leave_is_not(service: Path) -> None:
    before = source_of(service)
    for litter in ("__pycache__/app.pyc", ".venv/bin/python", "tests/test_app.py"):
        (service / litter).parent.mkdir(parents=True, exist_ok=True)
        (service / litter).write_text("x")
    assert source_of(service) == before
    (service / "app.py").write_text("print(1)\n")
    assert source_of(service) != before


def test_the_source_has_the_same_name_wherever_it_lies(service: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another" / "checkout"
    elsewhere.parent.mkdir()
    before = source_of(service)
    service.rename(elsewhere)
    assert source_of(elsewhere) == before


def test_dockerignore_and_exclude_are_kept_out_and_tests_can_be_brought_back(service: Path) -> None:
    (service / ".dockerignore").write_text("# notes\n\n*.md\n")
    before = source_of(service), source_of(service, exclude=["docs"]), source_of(service, exclude=["!tests"])
    (service / "notes.md").write_text("x")
    (service / "docs").mkdir()
    # In .dockerignore's language *.md means the top directory, and not this one.
    (service / "docs" / "page.md").write_text("x")
    assert source_of(service) != before[0]
    assert source_of(service, exclude=["docs"]) == before[1]
    (service / "tests").mkdir()
    (service / "tests" / "test_app.py").write_text("x")
    (service / "docs" / "page.md").unlink()
    (service / "docs").rmdir()
    assert source_of(service) == before[0]
    assert source_of(service, exclude=["!tests"]) != before[2]


def test_the_build_may_push_to_one_repository_and_read_one_source(
    bind: Callable[..., None], template: Callable[[], Template]
) -> None:
    bind()
    (project,) = template().find_resources("AWS::CodeBuild::Project").values()
    (role,) = project["Properties"]["ServiceRole"]["Fn::GetAtt"][:1]
    (policy,) = (
        policy["Properties"]
        for policy in template().find_resources("AWS::IAM::Policy").values()
        if policy["Properties"]["Roles"] == [{"Ref": role}]
    )
    logs, login, push, read = policy["PolicyDocument"]["Statement"]
    (build_logs,) = logs["Resource"]["Fn::GetAtt"][:1]
    assert template().to_json()["Resources"][build_logs]["Type"] == "AWS::Logs::LogGroup"
    assert all("GetAuthorizationToken" in a or a == "sts:GetServiceBearerToken" for a in login["Action"])
    assert push["Resource"] == REPOSITORY
    assert read["Action"] == "s3:GetObject"
    assert read["Resource"] == build_of(template())["sourceS3Url"].replace("s3://", "arn:aws:s3:::")
    assert template().to_json()["Resources"][role]["Properties"]["ManagedPolicyArns"] == []


def test_the_source_is_readable_where_the_account_is_known_at_deployment_only(
    app: cdk.App, bind: Callable[..., None]
) -> None:
    stack = cdk.Stack(app, "wherever", env=cdk.Environment(region="eu-central-1"))
    bind(stack)
    (asset,) = (
        statement["Resource"]["Fn::Join"][1]
        for policy in Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "s3:GetObject"
    )
    start, bucket, end = asset
    assert start == "arn:aws:s3:::"
    assert re.fullmatch(r"cdk-\w+-assets-\$\{AWS::AccountId\}-eu-central-1", bucket["Fn::Sub"])
    assert re.fullmatch(r"/[0-9a-f]{64}\.zip", end)


def test_a_second_image_of_the_stack_shares_the_project_and_adds_its_grants(
    stack: cdk.Stack, bind: Callable[..., None], template: Callable[[], Template], service: Path
) -> None:
    bind()
    bind(Construct(stack, "Second"))
    (service / "app.py").write_text("print(2)\n")
    bind(Construct(stack, "Third"), target="third", exclude=["x"])
    template().resource_count_is("AWS::CodeBuild::Project", 1)
    sources = {
        build["Properties"]["sourceS3Url"].replace("s3://", "arn:aws:s3:::")
        for build in template().find_resources("Custom::CDKContainerImageBuild").values()
    }
    (policy,) = (
        policy["Properties"]["PolicyDocument"]["Statement"]
        for policy in template().find_resources("AWS::IAM::Policy").values()
        if len(policy["Properties"]["PolicyDocument"]["Statement"]) > 1
    )
    readable = [statement["Resource"] for statement in policy if statement["Action"] == "s3:GetObject"]
    assert len(readable) == len(sources) == 2
    assert set(readable) == sources
    assert len([statement for statement in policy if "ecr:PutImage" in statement["Action"]]) == 1


def test_builds_and_their_function_keep_a_month_of_logs(
    bind: Callable[..., None], template: Callable[[], Template]
) -> None:
    bind()
    groups = template().find_resources("AWS::Logs::LogGroup").values()
    assert [group["Properties"]["RetentionInDays"] for group in groups] == [30, 30]
    assert {group["DeletionPolicy"] for group in groups} == {"Retain"}
    names = {group["Properties"]["LogGroupName"]["Fn::Join"][1][0] for group in groups}
    assert names == {"/aws/lambda/", "/aws/codebuild/"}


def test_the_function_runs_on_the_current_runtime(
    bind: Callable[..., None], template: Callable[[], Template]
) -> None:
    bind()
    template().has_resource_properties("AWS::Lambda::Function", {"Runtime": "nodejs24.x"})


@pytest.mark.parametrize("account", ["111122223333", None])
def test_it_has_no_findings(
    app: cdk.App, service: Path, findings: Callable[[], list[str]], account: str | None
) -> None:
    stack = cdk.Stack(app, "s", env=cdk.Environment(account=account, region="eu-central-1"))
    repository = ecr.Repository.from_repository_attributes(
        stack, "Repository", repository_name="dev/hello", repository_arn=REPOSITORY
    )
    for architecture in Architecture:
        scope = Construct(stack, architecture)
        SourceImage(directory=service).bind(scope, repository, architecture)
    assert findings() == []


def test_a_directory_without_a_dockerfile_is_refused(bind: Callable[..., None], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        bind(directory=tmp_path)
    assert str(error.value) == (
        f"There is no Dockerfile in {tmp_path}. "
        "Allowed: a directory that holds the Dockerfile, best given relative to the file that names it. "
        "Change: SourceImage(directory=..., dockerfile=...)"
    )


def test_a_dockerfile_of_another_name_must_be_there_too(bind: Callable[..., None]) -> None:
    with pytest.raises(ConfigurationError, match=re.escape("There is no Containerfile in ")):
        bind(dockerfile="Containerfile")


def test_the_library_asks_for_no_permission_that_was_not_considered(stack: cdk.Stack, service: Path) -> None:
    """We replace what it grants the build. A new version that needs more would fail in an account only."""
    repository = ecr.Repository.from_repository_name(stack, "Repository", "dev/hello")
    ContainerImageBuild(stack, "Build", directory=str(service), repository=repository)
    statements = [
        statement
        for policy in Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    services = {
        action.split(":")[0]
        for statement in statements
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    pushes = next(statement["Action"] for statement in statements if "ecr:PutImage" in statement["Action"])
    # codebuild: the function starts builds, and the build might write reports, of which it has none.
    assert services == {"codebuild", "ecr", "logs", "s3"}
    assert pushes == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImages",  # unused by the build's script
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    ]
