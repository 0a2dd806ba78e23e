"""`account-222222222222`: who may act in an account. Once an account, whatever environments are in it."""

from collections.abc import Sequence

import aws_cdk as cdk
from constructs import Construct

from ecs_platform import (
    GITHUB_ISSUER,
    STANDARD_QUALIFIER,
    Bootstrap,
    GitHubProvider,
    GitHubRepository,
    GitHubRole,
    Operated,
    OperatorPolicies,
)
from ecs_platform.account.images import copying_images, reading_images
from ecs_platform.place import place_of
from environments.model import Environment, GitHub
from operate.actions import DEPLOYING, INSIDE, RELEASING, RUNNING, needed_by
from stacks.permissions import permissions

# A job stays until all traffic has moved, service after service; GitHub's own limit is six hours.
MAX_SESSION_HOURS = 4


def account_stacks(
    scope: Construct, *, github: GitHub | None, environments: Sequence[Environment]
) -> Sequence["AccountStack"]:
    """The stack of every account that an environment is in; none without GitHub.

    Args:
        scope: The app.
        github: Whose workflows deploy.
        environments: All environments.
    """
    if github is None:
        return []
    accounts = dict.fromkeys(environment.account for environment in environments)
    return [
        AccountStack(scope, account_id=each, github=github, environments=environments) for each in accounts
    ]


class AccountStack(cdk.Stack):
    """GitHub in an account: a role for each environment, one to read its images, and policies for people.

    Its id is the account's, so it stays the same stack whatever environments come and go. Environments
    without an account share `account-of-credentials`, which is deployed like them: wherever the credentials
    point. docs/decisions/account-stack.md
    """

    def __init__(
        self,
        scope: Construct,
        *,
        account_id: str | None,
        github: GitHub,
        environments: Sequence[Environment],
    ) -> None:
        super().__init__(
            scope,
            f"account-{account_id or 'of-credentials'}",
            env=cdk.Environment(account=account_id, region=github.region),
            description="Who may act in this account: GitHub's workflows, and people who operate",
            # With the credentials of whoever deploys it and without a bootstrap: it is an administrator's,
            # and comes before the bootstraps of the environments.
            synthesizer=cdk.LegacyStackSynthesizer(),
        )
        self.place = place_of(self)
        self._repository = GitHubRepository(
            name=github.repository, owner_id=github.owner_id, id_=github.repository_id
        )
        existing = f"arn:{self.place.partition}:iam::{self.place.account}:oidc-provider/{GITHUB_ISSUER}"
        self._provider = GitHubProvider(
            self, "GitHub", existing_arn=existing if account_id in github.provider_exists_in else None
        )
        for environment in environments:
            if environment.account == account_id:
                self._environment(environment, _neighbours(environment.name, github.promotion))

    def _environment(self, environment: Environment, neighbours: tuple[str | None, str | None]) -> None:
        before, next_ = neighbours
        repositories = f"{environment.name}/*"
        room = Construct(self, environment.name)
        _tag(room, environment)
        bootstrap = Bootstrap(
            region=environment.region,
            qualifier=environment.bootstrap_qualifier or STANDARD_QUALIFIER,
        )
        deployer = GitHubRole(
            room,
            "Deployer",
            provider=self._provider,
            repository=self._repository,
            environment=environment.name,
            permissions=[
                bootstrap.deploying(self.place),
                *permissions(needed_by(DEPLOYING), environment, self.place),
                *(
                    copying_images(repositories, region=environment.region, place=self.place)
                    if before
                    else ()
                ),
            ],
            max_session=cdk.Duration.hours(MAX_SESSION_HOURS),
        )
        self._output(environment, "Role", deployer.arn)
        if next_ is not None:
            reader = GitHubRole(
                room,
                "ImageReader",
                provider=self._provider,
                repository=self._repository,
                # Of the environment that the images go to: its approval is what lets them through.
                environment=next_,
                permissions=reading_images(repositories, region=environment.region, place=self.place),
            )
            self._output(environment, "ImagesRole", reader.arn)
        OperatorPolicies(
            room,
            "Operators",
            name=environment.name,
            operated=Operated(
                region=environment.region,
                cluster=environment.name,
                families=f"{environment.name}-*",
                task_roles=f"{environment.name}-*",
                log_groups=f"/ecs/{environment.name}/*",
                key_tags={"environment": environment.name},
            ),
            release=permissions(needed_by(RELEASING), environment, self.place),
            # The session itself is the policy's own, limited to containers where somebody says so.
            beside_exec=permissions(
                [each for each in needed_by(INSIDE) if each.name != "ecs:ExecuteCommand"],
                environment,
                self.place,
            ),
            beside_run=permissions(needed_by(RUNNING), environment, self.place),
        )

    def _output(self, environment: Environment, kind: str, value: str) -> None:
        name = "".join(part.capitalize() for part in environment.name.split("-"))
        cdk.CfnOutput(self, f"{name}{kind}", value=value)


def _neighbours(name: str, promotion: Sequence[str]) -> tuple[str | None, str | None]:
    """Where the images of an environment come from, and where they go."""
    way = [None, *promotion, None]
    position = way.index(name) if name in promotion else 0
    return (way[position - 1], way[position + 1]) if position else (None, None)


def _tag(room: Construct, environment: Environment) -> None:
    tags = cdk.Tags.of(room)
    tags.add("environment", environment.name)
    tags.add("owner", environment.tags.owner)
    tags.add("cost-center", environment.tags.cost_center)
