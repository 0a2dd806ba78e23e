"""GitHub's workflows in an account: its identity provider, and a role for each of its environments."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from ecs_platform.account.permission import Permission, argue, document
from ecs_platform.place import place_of
from ecs_platform.problem import ConfigurationError

GITHUB_ISSUER = "token.actions.githubusercontent.com"
"""Who signs the tokens of workflows on github.com, and what the provider's ARN ends with."""

# What AWS's own action asks GitHub to write into the token.
_AUDIENCE = "sts.amazonaws.com"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?/[A-Za-z0-9._-]+")


@dataclass(frozen=True, kw_only=True)
class GitHubRepository:
    """One repository on github.com, as its tokens name it.

    A repository made, renamed or transferred since 15 July 2026 writes its numbers into the subject of its
    tokens, so that nobody who takes over a name takes over its rights; an older one does so once it is told
    to. IAM compares the subject as a whole: the numbers are given exactly where GitHub writes them.

    Follows https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims

    Args:
        name: Owner and name, such as `octo-org/octo-repo`.
        owner_id: GitHub's number of the owner. None where the subject has names alone.
        id_: GitHub's number of the repository. None where the subject has names alone.

    Raises:
        ConfigurationError: The name is none of a repository, or one number comes without the other.
    """

    name: str
    owner_id: int | None = None
    id_: int | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ConfigurationError(
                f'"{self.name}" is not the name of a repository.',
                allowed='owner and repository, such as "octo-org/octo-repo".',
                where="GitHubRepository(name=...)",
            )
        if (self.owner_id is None) != (self.id_ is None):
            raise ConfigurationError(
                "One of the numbers of owner and repository is given, and a subject has both or neither.",
                allowed="both numbers, or neither.",
                where="GitHubRepository(owner_id=..., id_=...)",
            )

    def subject(self, environment: str) -> str:
        """The subject of a job's token.

        Args:
            environment: The GitHub environment that the job names.
        """
        owner, repository = self.name.split("/")
        if self.owner_id is not None:
            owner, repository = f"{owner}@{self.owner_id}", f"{repository}@{self.id_}"
        # GitHub writes a colon inside of a name as %3A, so that the parts stay apart.
        return f"repo:{owner}/{repository}:environment:{environment.replace(':', '%3A')}"


class GitHubProvider(Construct):
    """GitHub as an identity provider of the account, made or brought.

    An account has one provider a URL: a second one fails, so whoever comes later brings the first.

    Follows https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html and
    https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        existing_arn: The provider that the account has already. None makes one.

    Raises:
        ConfigurationError: The ARN is not that of GitHub's provider.
    """

    def __init__(self, scope: Construct, id_: str, *, existing_arn: str | None = None) -> None:
        super().__init__(scope, id_)
        if existing_arn is None:
            # Without thumbprints: IAM checks GitHub's certificate against its own list of authorities.
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
            self.arn = iam.OidcProviderNative(
                self, "Provider", url=f"https://{GITHUB_ISSUER}", client_ids=[_AUDIENCE]
            ).oidc_provider_arn
            return
        if not existing_arn.endswith(f":oidc-provider/{GITHUB_ISSUER}"):
            raise ConfigurationError(
                f"{existing_arn} is not GitHub's identity provider.",
                allowed=f"an ARN that ends in :oidc-provider/{GITHUB_ISSUER}.",
                where="GitHubProvider(existing_arn=...)",
            )
        self.arn = existing_arn


class GitHubRole(Construct):
    """A role for the jobs of one repository that name one GitHub environment, and for nobody else.

    What protects a GitHub environment, its reviewers and branches, thereby protects the role.

    Follows https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        provider: GitHub in this account.
        repository: Whose jobs.
        environment: The GitHub environment that they name.
        permissions: What they may do.
        max_session: How long one job may keep the role, 1 to 12 hours. 1 hour by default.

    Raises:
        ConfigurationError: The environment has no name or a wildcard in it, or nothing is allowed.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        provider: GitHubProvider,
        repository: GitHubRepository,
        environment: str,
        permissions: Sequence[Permission],
        max_session: cdk.Duration | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not environment or re.search(r"[*?]", environment):
            raise ConfigurationError(
                f'"{environment}" is not one GitHub environment.',
                allowed="its name, without wildcards.",
                where="GitHubRole(environment=...)",
            )
        if not permissions:
            raise ConfigurationError(
                "The role allows nothing.",
                allowed="at least one Permission(...).",
                where="GitHubRole(permissions=...)",
            )
        self.role = iam.Role(
            self,
            "Role",
            description=f"Jobs of {repository.name} in the GitHub environment {environment}",
            assumed_by=cast(
                "iam.IPrincipal",
                iam.WebIdentityPrincipal(
                    provider.arn,
                    # Equal, never alike: what a pattern lets in besides is other people's workflows.
                    conditions={
                        "StringEquals": {
                            f"{GITHUB_ISSUER}:aud": _AUDIENCE,
                            f"{GITHUB_ISSUER}:sub": repository.subject(environment),
                        }
                    },
                ),
            ),
            inline_policies={"Allowed": document(permissions)},
            max_session_duration=max_session,
        )
        argue(self.role, permissions, place_of(self))
        self.arn = self.role.role_arn
