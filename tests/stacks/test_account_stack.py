"""The stack of an account: which there are, what they hold, and how little that allows."""

import fnmatch
import json
from collections.abc import Callable, Sequence

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from ecs_platform.place import Place
from environments import ENVIRONMENTS
from environments.model import Environment
from operate.actions import ACTIONS, DEPLOYING, INSIDE, RELEASING, On, needed_by
from stacks.account_stack import account_stacks
from stacks.permissions import permissions
from tests.stacks.account import GITHUB, lived_in, roles, statements, synthesized
from tests.synthesis import Templates, new_app

# What pushing an image takes beside pulling it.
COPYING = {
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
}
# CloudFormation takes this much in a call; more needs a bucket, and a bootstrap that makes it.
MOST_BYTES = 51_200


@pytest.fixture(scope="module")
def three(environments) -> Sequence[Environment]:
    """As they are shipped: dev wherever the credentials point."""
    accounts = {"dev": None, "staging": "111111111111", "production": "222222222222"}
    return [lived_in(name, account, environments) for name, account in accounts.items()]


@pytest.fixture(scope="module")
def shipped(three: Sequence[Environment]) -> Templates:
    return synthesized(three)


@pytest.mark.parametrize("account", ["of-credentials", "111111111111"])
def test_template(account: str, shipped: Templates, snapshot: SnapshotAssertion) -> None:
    assert shipped[f"account-{account}"] == snapshot(extension_class=JSONSnapshotExtension)


def test_without_github_there_is_none(three: Sequence[Environment]) -> None:
    assert synthesized(three, None) == {}


def test_one_stack_an_account_whatever_lives_there(environments) -> None:
    one, two, other = (
        lived_in(name, account, environments)
        for name, account in (("a", "222222222222"), ("b", None), ("c", "222222222222"))
    )
    alone = synthesized([one, two])
    together = synthesized([other, one, two])
    assert set(alone) == set(together) == {"account-222222222222", "account-of-credentials"}
    # What was there is there still, under the same ids.
    before, after = (each["account-222222222222"]["Resources"] for each in (alone, together))
    assert before.items() < after.items()
    assert [each["Type"] for each in after.values()].count("AWS::IAM::OIDCProvider") == 1


def test_the_stack_stays_in_its_region_whatever_lives_there(environments) -> None:
    elsewhere = lived_in("a", "222222222222", environments, region="us-east-1")
    app = new_app()
    (stack,) = account_stacks(app, github=GITHUB, environments=[elsewhere])
    assert (stack.region, stack.account) == ("eu-central-1", "222222222222")
    deployer = roles(synthesized([elsewhere])["account-222222222222"])["deployer a"]
    arns = json.dumps(statements(deployer))
    assert "arn:aws:ecs:us-east-1:222222222222:service/a/*" in arns
    assert "-deploy-role-222222222222-us-east-1" in arns
    assert "eu-central-1" not in arns


def test_it_needs_no_bootstrap(shipped: Templates) -> None:
    for template in shipped.values():
        assert "BootstrapVersion" not in json.dumps(template)
        assert len(json.dumps(template, indent=1)) < MOST_BYTES


def test_a_provider_that_exists_is_brought(environments) -> None:
    github = GITHUB.model_copy(update={"provider_exists_in": (None,)})
    templates = synthesized(
        [lived_in("a", None, environments), lived_in("b", "222222222222", environments)], github
    )
    made = {name: "AWS::IAM::OIDCProvider" in json.dumps(template) for name, template in templates.items()}
    assert made == {"account-of-credentials": False, "account-222222222222": True}
    (trust,) = roles(templates["account-of-credentials"])["deployer a"]["Properties"][
        "AssumeRolePolicyDocument"
    ]["Statement"]
    assert trust["Principal"]["Federated"] == {
        "Fn::Join": [
            "",
            [
                "arn:aws:iam::",
                {"Ref": "AWS::AccountId"},
                ":oidc-provider/token.actions.githubusercontent.com",
            ],
        ]
    }


def test_each_environment_trusts_its_own_jobs_and_shows_its_images_to_the_next(shipped: Templates) -> None:
    found = {
        name: (sorted(roles(template)), sorted(template["Outputs"])) for name, template in shipped.items()
    }
    assert found == {
        "account-of-credentials": (["deployer dev", "image reader staging"], ["DevImagesRole", "DevRole"]),
        "account-111111111111": (
            ["deployer staging", "image reader production"],
            ["StagingImagesRole", "StagingRole"],
        ),
        "account-222222222222": (["deployer production"], ["ProductionRole"]),
    }


def test_without_promotion_nobody_reads_images(three: Sequence[Environment]) -> None:
    templates = synthesized(three, GITHUB.model_copy(update={"promotion": ()}))
    assert {name: list(roles(each)) for name, each in templates.items()} == {
        "account-of-credentials": ["deployer dev"],
        "account-111111111111": ["deployer staging"],
        "account-222222222222": ["deployer production"],
    }


def test_a_deployer_assumes_its_own_bootstrap_and_no_other(shipped: Templates) -> None:
    deployer = roles(shipped["account-222222222222"])["deployer production"]
    (assume,) = [each for each in statements(deployer) if "sts:AssumeRole" in each["Action"]]
    assert assume["Action"] == "sts:AssumeRole"
    assert assume["Resource"] == [
        f"arn:aws:iam::222222222222:role/cdk-production-{kind}-role-222222222222-eu-central-1"
        for kind in ("deploy", "file-publishing", "image-publishing", "lookup")
    ]


def test_an_environment_without_a_bootstrap_of_its_own_uses_the_standard_one(shipped: Templates) -> None:
    deployer = roles(shipped["account-of-credentials"])["deployer dev"]
    assert "role/cdk-hnb659fds-deploy-role-" in json.dumps(statements(deployer))


@pytest.mark.parametrize(("of", "commands"), [("Deployer", DEPLOYING), ("Release", RELEASING)])
def test_what_is_allowed_is_the_list(of: str, commands: frozenset[str], shipped: Templates) -> None:
    (properties,) = [
        resource["Properties"]
        for name, resource in shipped["account-222222222222"]["Resources"].items()
        if of in name
    ]
    (policy,) = properties.get("Policies", [properties])
    actions = {
        action
        for each in policy["PolicyDocument"]["Statement"]
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    # In the way of images, production comes after staging: its role copies them besides.
    beside = {"sts:AssumeRole", *COPYING} if of == "Deployer" else set()
    assert actions == {action.name for action in needed_by(commands)} | beside


def test_who_may_open_sessions_may_see_why_one_does_not_open(shipped: Templates) -> None:
    (exec_,) = [
        resource["Properties"]["PolicyDocument"]["Statement"]
        for resource in shipped["account-222222222222"]["Resources"].values()
        if resource["Properties"].get("ManagedPolicyName") == "production-exec"
    ]
    actions = {
        action
        for each in exec_
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert actions == {action.name for action in needed_by(INSIDE)} | {"kms:GenerateDataKey"}
    (session,) = [each for each in exec_ if "ecs:ExecuteCommand" in str(each["Action"])]
    assert sorted(session["Resource"]) == [
        "arn:aws:ecs:eu-central-1:222222222222:cluster/production",
        "arn:aws:ecs:eu-central-1:222222222222:task/production/*",
    ]


def test_only_an_environment_that_images_come_to_writes_them(shipped: Templates) -> None:
    writing = {
        name: "ecr:PutImage" in json.dumps(statements(role))
        for template in shipped.values()
        for name, role in roles(template).items()
    }
    assert writing == {
        "deployer dev": False,
        "image reader staging": False,
        "deployer staging": True,
        "image reader production": False,
        "deployer production": True,
    }


def test_nothing_but_listed_actions_is_allowed_on_anything(shipped: Templates) -> None:
    listed = {action.name for action in ACTIONS if {On.ANYTHING, On.ANYTHING_IN_CLUSTER} & set(action.on)}
    for template in shipped.values():
        for name, resource in roles(template).items():
            for each in statements(resource):
                if each["Resource"] == "*":
                    actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
                    assert set(actions) <= listed | {"ecr:GetAuthorizationToken"}, name


def test_the_policies_fit_into_iam(environments) -> None:
    """IAM counts a policy without blanks: 6,144 characters managed, 10,240 in a role."""
    longest = lived_in(
        "production-1",
        "222222222222",
        environments,
        region="ap-southeast-2",
        bootstrap_qualifier="0123456789",
    )
    for resource in synthesized([longest])["account-222222222222"]["Resources"].values():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            assert len(json.dumps(properties["PolicyDocument"], separators=(",", ":"))) < 6144
        if resource["Type"] == "AWS::IAM::Role":
            assert len(json.dumps(properties["Policies"], separators=(",", ":"))) < 10240


# What the templates of an environment name by themselves; CloudFormation names the rest after the stack.
NAMED = {
    "AWS::ECR::Repository": ("RepositoryName", On.REPOSITORY, "repository/{}"),
    "AWS::ECS::Cluster": ("ClusterName", On.CLUSTER, "cluster/{}"),
    "AWS::ECS::TaskDefinition": ("Family", On.TASK_DEFINITION, "task-definition/{}:1"),
    "AWS::IAM::Role": ("RoleName", On.TASK_ROLE, "role/{}"),
    "AWS::CloudWatch::Alarm": ("AlarmName", On.ALARM, "alarm:{}"),
    "AWS::CodeDeploy::Application": ("ApplicationName", On.APPLICATION, "application:{}"),
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_names_reach_what_the_stacks_make(
    name: str, environments, templates: Callable[[str], Templates]
) -> None:
    place = Place(partition="aws", region="eu-central-1", account="222222222222")
    reached = {
        on: permission.resources[position]
        for permission, ons in (
            (permission, action.on)
            for action in ACTIONS
            for permission in permissions([action], environments[name], place)
        )
        for position, on in enumerate(ons)
    }
    checked = 0
    for stack, template in templates(name).items():
        for resource in template["Resources"].values():
            if resource["Type"] not in NAMED:
                continue
            property_, on, form = NAMED[resource["Type"]]
            named = resource["Properties"].get(property_, f"{name}-{stack}-{resource['Type']}")
            assert fnmatch.fnmatchcase(form.format(named), reached[on].split(":", 5)[5]), named
            checked += 1
    assert checked >= 7
