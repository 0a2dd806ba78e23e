"""Deploying: four roles of one bootstrap, each by its whole name."""

import pytest

from ecs_platform.account.bootstrap import Bootstrap
from ecs_platform.place import Place
from ecs_platform.problem import ConfigurationError

# Of the stack that assumes the roles; they are in the region of the bootstrap.
PLACE = Place(partition="aws", region="us-east-1", account="111122223333")


@pytest.mark.parametrize(
    ("bootstrap", "qualifier"),
    [
        (Bootstrap(region="eu-central-1"), "hnb659fds"),
        (Bootstrap(region="eu-central-1", qualifier="staging"), "staging"),
    ],
)
def test_the_roles_of_one_bootstrap(bootstrap: Bootstrap, qualifier: str) -> None:
    role = f"arn:aws:iam::111122223333:role/cdk-{qualifier}-%s-role-111122223333-eu-central-1"
    assert bootstrap.deploying(PLACE).statement == {
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Resource": [role % kind for kind in ("deploy", "file-publishing", "image-publishing", "lookup")],
    }


@pytest.mark.parametrize("qualifier", ["", "Staging", "two-words", "elevenchars", "*"])
def test_what_is_no_qualifier(qualifier: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Bootstrap(region="eu-central-1", qualifier=qualifier)
    assert str(refused.value) == (
        f'"{qualifier}" is not a qualifier of a bootstrap. Allowed: 1 to 10 lower-case letters and digits. '
        "Change: Bootstrap(qualifier=...)"
    )
