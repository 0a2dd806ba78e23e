"""The machinery behind SourceImage: a Dockerfile built in CodeBuild while the stack is deployed."""

import shlex
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_assets as s3_assets
from cdklabs.deploy_time_build import ContainerImageBuild
from constructs import Construct, IConstruct

from ecs_platform.acknowledge import acknowledge
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.architecture import Architecture

if TYPE_CHECKING:
    from aws_cdk import aws_codebuild as codebuild

    from ecs_platform.registry.images import SourceImage

# What a test run or an editor leaves behind would otherwise change the asset's hash, and so start a build.
_NEVER_IN_AN_IMAGE = (
    ".git",
    ".venv",
    "tests",
    "**/__pycache__",
    "**/*.pyc",
    "**/.DS_Store",
    "**/.mypy_cache",
    "**/.pytest_cache",
    "**/.ruff_cache",
)

_BASIC_EXECUTION = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


class SourceBuild(Construct):
    """One image built in CodeBuild during the deployment and pushed under a new tag.

    The decision behind it, and what it costs, are in docs/decisions/image-built-at-deploy-time.md.

    Follows https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        source: What to build.
        repository: Where to push it. From another stack it is best given by its literal name and ARN.
        architecture: The processor it is built for; CodeBuild builds it on a machine of that kind.

    Raises:
        ConfigurationError: The directory or its Dockerfile does not exist.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        source: "SourceImage",
        repository: ecr.IRepository,
        architecture: Architecture,
    ) -> None:
        super().__init__(scope, id_)
        directory = Path(source.directory)
        _check_dockerfile(directory, source.dockerfile)

        build = ContainerImageBuild(
            self,
            "Build",
            directory=str(directory),
            # The library pastes these three into a shell command as they are.
            file=shlex.quote(source.dockerfile),
            target=None if source.target is None else shlex.quote(source.target),
            build_args={name: shlex.quote(value) for name, value in source.build_args.items()},
            exclude=_excluded(directory, source),
            ignore_mode=cdk.IgnoreMode.DOCKER,
            platform=_platform(architecture),
            repository=repository,
            # Never `tag`: every update would push it again, the repository's tags are immutable, and the
            # rollback of that failure would push it once more.
            tag_prefix="source-",
        )
        self.tag = build.image_tag
        """The tag of the pushed image; known only during the deployment."""

        parts = build.node.find_all()
        # When CodeBuild dies before the build's own script runs, nobody answers CloudFormation, which by
        # default waits an hour. The library has no argument for it:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
        _the_one(cdk.CfnResource, parts).add_property_override(
            "ServiceTimeout", source.build_timeout_minutes * 60
        )
        # Not from its URL, which is one token where the account is not known.
        asset = _the_one(s3_assets.Asset, parts)
        _narrow_project(
            cast("iam.Role", build.grant_principal),
            repository_arn=repository.repository_arn,
            asset_arn=f"{asset.bucket.bucket_arn}/{asset.s3_object_key}",
        )
        _settle_handler(_the_one(lambda_.SingletonFunction, parts))


_Part = TypeVar("_Part")


def _the_one(kind: type[_Part], parts: Iterable[IConstruct]) -> _Part:
    """The only part of a kind; whoever made it has no attribute for it."""
    (found,) = (part for part in parts if isinstance(part, kind))
    return found


@cache
def _platform(architecture: Architecture) -> ecr_assets.Platform:
    if architecture == Architecture.ARM64:
        return ecr_assets.Platform.LINUX_ARM64
    return ecr_assets.Platform.LINUX_AMD64


def _check_dockerfile(directory: Path, dockerfile: str) -> None:
    if not (directory / dockerfile).is_file():
        raise ConfigurationError(
            f"There is no {dockerfile} in {directory}.",
            allowed="a directory that holds the Dockerfile, best given relative to the file that names it.",
            where="SourceImage(directory=..., dockerfile=...)",
        )


def _excluded(directory: Path, source: "SourceImage") -> Sequence[str]:
    dockerignore = directory / ".dockerignore"
    lines = dockerignore.read_text().splitlines() if dockerignore.is_file() else []
    patterns = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    # The build reads both files itself, whatever was excluded before.
    return [*_NEVER_IN_AN_IMAGE, *patterns, *source.exclude, f"!{source.dockerfile}", "!.dockerignore"]


def _narrow_project(role: iam.Role, *, repository_arn: str, asset_arn: str) -> None:
    """Let the build push to this repository and read this source, and nothing else.

    The library lets it read every asset of the account, and write reports it never writes. The stack has one
    project for each architecture, so a second image adds its grants to those of the first.
    """
    node = role.node
    parts = node.find_all()
    policy = _the_one(iam.CfnPolicy, parts)
    document: Any = policy.policy_document
    # A plain value once it is ours; before that, what the library's grants have written.
    granted = (
        cast("list[dict[str, Any]]", document["Statement"])
        if isinstance(document, dict)
        else _settle_project(cast("codebuild.Project", node.scope), _the_one(iam.CfnRole, parts))
    )
    push: dict[str, Any] = {
        "Effect": "Allow",
        # https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
        "Action": [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:GetDownloadUrlForLayer",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        "Resource": repository_arn,
    }
    read: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": asset_arn}
    added = [statement for statement in (push, read) if statement not in granted]
    policy.policy_document = {"Version": "2012-10-17", "Statement": [*granted, *added]}


def _settle_project(project: "codebuild.Project", role: iam.CfnRole) -> list[dict[str, Any]]:
    """Do what a project needs once, and return the statements that all its builds share."""
    # CodeBuild would make this group itself, and keep what is in it for ever. It stays when the stack goes:
    # it is the only witness of why a first deployment failed and was rolled back.
    log_group = logs.LogGroup(
        project,
        "Logs",
        log_group_name=f"/aws/codebuild/{project.project_name}",
        retention=logs.RetentionDays.ONE_MONTH,
    )
    # A managed policy that reads all of ECR Public; logging in there takes two actions, granted below.
    role.managed_policy_arns = []
    acknowledge(
        project,
        {
            "AwsSolutions-CB4": (
                "The key would encrypt artifacts and caches, and the project has neither: its source is an "
                "asset in an encrypted bucket, its result an image in an encrypted repository."
            ),
            "AwsSolutions-IAM5[Resource::*]": (
                "The three actions that obtain a registry's login token accept no resource. What the token "
                "can be used for, one repository, is named in another statement."
            ),
        },
    )
    return [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": log_group.log_group_arn,
        },
        {
            "Effect": "Allow",
            # The last two are what logging in to public.ecr.aws takes:
            # https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html
            "Action": [
                "ecr:GetAuthorizationToken",
                "ecr-public:GetAuthorizationToken",
                "sts:GetServiceBearerToken",
            ],
            "Resource": "*",
        },
    ]


def _settle_handler(handler: lambda_.SingletonFunction) -> None:
    """Bring the library's function, one in each stack, to the current runtime and a month of logs."""
    parts = handler.permissions_node.find_all()
    # The library still names nodejs22.x, whose support ends in April 2027. Its handler is an async function
    # without callbacks, the one thing that the next runtime took away:
    # https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
    _the_one(lambda_.CfnFunction, parts).runtime = "nodejs24.x"
    # Made by CDK only under the feature flag @aws-cdk/aws-lambda:useCdkManagedLogGroup.
    for log_group in parts:
        if isinstance(log_group, logs.CfnLogGroup):
            log_group.retention_in_days = 30
    acknowledge(
        _the_one(iam.CfnRole, parts),
        {
            f"AwsSolutions-IAM4[Policy::{_BASIC_EXECUTION}]": (
                "The policy lets the function write log events and nothing more. What it does in this "
                "account, starting the builds of this project, is granted beside it by name."
            )
        },
    )
