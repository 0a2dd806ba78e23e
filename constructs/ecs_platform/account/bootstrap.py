"""The roles that `cdk bootstrap` makes, which a deployer assumes instead of being mighty itself."""

import re
from dataclasses import dataclass

from ecs_platform.account.permission import Permission
from ecs_platform.place import Place
from ecs_platform.problem import ConfigurationError

STANDARD_QUALIFIER = "hnb659fds"
"""The qualifier of a plain `cdk bootstrap`."""

_ROLES = ("deploy", "file-publishing", "image-publishing", "lookup")


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """One bootstrap of an account and region.

    Follows https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html

    Args:
        region: The region that was bootstrapped.
        qualifier: Its qualifier. CDK's standard one by default.

    Raises:
        ConfigurationError: The qualifier is none that `cdk bootstrap` takes.
    """

    region: str
    qualifier: str = STANDARD_QUALIFIER

    def __post_init__(self) -> None:
        # It becomes part of a bucket's name. https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
        if not re.fullmatch(r"[a-z0-9]{1,10}", self.qualifier):
            raise ConfigurationError(
                f'"{self.qualifier}" is not a qualifier of a bootstrap.',
                allowed="1 to 10 lower-case letters and digits.",
                where="Bootstrap(qualifier=...)",
            )

    def deploying(self, place: Place) -> Permission:
        """Deploying through this bootstrap's roles, and so within the rights of its execution role.

        Args:
            place: Partition and account.
        """
        prefix = f"arn:{place.partition}:iam::{place.account}:role/cdk-{self.qualifier}"
        return Permission(
            actions=["sts:AssumeRole"],
            resources=[f"{prefix}-{role}-role-{place.account}-{self.region}" for role in _ROLES],
        )
