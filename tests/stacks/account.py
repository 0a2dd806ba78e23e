"""An account with environments in it, and how tests read its stack."""

import json
from collections.abc import Sequence
from typing import Any

from environments.model import Environment, GitHub, Tags
from stacks.account_stack import account_stacks
from tests.synthesis import Templates, new_app

# The tests' own: the project is shipped without a repository, and a fork's is of no interest here.
GITHUB = GitHub(
    repository="octo-org/octo-repo",
    owner_id=123456,
    repository_id=456789,
    region="eu-central-1",
    promotion=("dev", "staging", "production"),
)


def lived_in(name: str, account: str | None, environments, **changes) -> Environment:
    """A shipped environment, but for all that the stack reads of it: forks change that."""
    fixed = {
        "name": name,
        "account": account,
        "region": "eu-central-1",
        "bootstrap_qualifier": None if name == "dev" else name,
        "tags": Tags(owner="platform-team", cost_center="engineering"),
    }
    shipped = next(iter(environments.values()))
    return shipped.model_copy(update=fixed | changes)


def synthesized(environments: Sequence[Environment], github: GitHub | None = GITHUB) -> Templates:
    app = new_app()
    account_stacks(app, github=github, environments=environments)
    return {artifact.stack_name: artifact.template for artifact in app.synth().stacks}


def statements(resource: dict[str, Any]) -> list[dict[str, Any]]:
    (policy,) = resource["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"]


def roles(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Role by the environment of which a job may take it, and by what it is for."""
    found = {}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            (trust,) = resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
            subject = trust["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
            kind = "deployer" if "sts:AssumeRole" in json.dumps(statements(resource)) else "image reader"
            found[f"{kind} {subject.rpartition(':')[2]}"] = resource
    return found
