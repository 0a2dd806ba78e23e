"""What a live revision still needs is not taken away; what it does not need may go."""

import copy
from typing import Any

import pytest

from operate.deploying.gate.in_use import InUse
from operate.deploying.gate.needs import Stack, still_needed

ACCOUNT, REGION = "111122223333", "eu-central-1"
KNOWN = {"AWS::AccountId": ACCOUNT, "AWS::Partition": "aws", "AWS::Region": REGION}
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"
ROLES = {"exec-1": "Execution", "task-1": "Task"}


def revision(what: str = "live", **container: Any) -> InUse:
    described = {
        "name": "app",
        "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/dev/hello:1",
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/dev/hello"}},
        **container,
    }
    definition = {
        "taskDefinitionArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/dev-hello:7",
        "executionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/exec-1",
        "taskRoleArn": f"arn:aws:iam::{ACCOUNT}:role/task-1",
        "containerDefinitions": [described],
    }
    return InUse(
        service="hello", what=what, definition=definition, partition="aws", account=ACCOUNT, region=REGION
    )


def with_secrets(**secrets: str) -> InUse:
    return revision(secrets=[{"name": name, "valueFrom": value} for name, value in secrets.items()])


def template(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": resources}


def endpoint(service: str) -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {"ServiceName": f"com.amazonaws.{REGION}.{service}"},
    }


def role(*statements: tuple[str, Any]) -> dict[str, Any]:
    document = {"Statement": [{"Effect": "Allow", "Action": a, "Resource": r} for a, r in statements]}
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": document}]}}


def retires(before: dict[str, Any], after: dict[str, Any], *in_use: InUse) -> list[str | None]:
    stack = Stack(name="s", deployed=before, new=after, roles=ROLES)
    return [finding.retire for finding in still_needed([stack], in_use or (revision(),), KNOWN)]


@pytest.mark.parametrize("service", ["ecr.api", "ecr.dkr", "s3", "logs"])
def test_endpoints_of_every_task_stay(service: str) -> None:
    assert retires(template(E=endpoint(service)), template()) == [f"endpoint:{service}"]
    assert not retires(template(E=endpoint(service)), template(Other=endpoint(service)))


def test_an_endpoint_that_nobody_needs_may_go() -> None:
    assert not retires(template(E=endpoint("secretsmanager")), template())
    assert not retires(template(E=endpoint("ssmmessages")), template())


def test_the_endpoint_of_a_mounted_secret_stays() -> None:
    by_secret = with_secrets(PASSWORD=f"{SECRET}:db-AbCdEf:password::")
    assert retires(template(E=endpoint("secretsmanager")), template(), by_secret) == [
        "endpoint:secretsmanager"
    ]
    by_parameter = with_secrets(FLAG="/dev/flag")
    assert retires(template(E=endpoint("ssm")), template(), by_parameter) == ["endpoint:ssm"]


def test_an_endpoint_may_give_way_to_a_nat_gateway() -> None:
    nat = {"Type": "AWS::EC2::NatGateway", "Properties": {}}
    assert not retires(template(E=endpoint("logs")), template(N=nat))
    public = revision(image="public.ecr.aws/nginx/nginx:1")
    assert retires(template(N=nat), template(E=endpoint("logs")), public) == ["endpoint:internet"]
    # What went through NAT before needs an endpoint once NAT has gone.
    assert retires(
        template(N=nat), template(**{s: endpoint(t) for s, t in (("a", "ecr.api"), ("b", "s3"))})
    ) == [
        "endpoint:ecr.dkr",
        "endpoint:logs",
    ]


def test_the_service_name_may_hold_the_region_as_a_reference() -> None:
    name = {"Fn::Join": ["", ["com.amazonaws.", {"Ref": "AWS::Region"}, ".s3"]]}
    gateway = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"ServiceName": name}}
    assert retires(template(E=gateway), template()) == ["endpoint:s3"]


@pytest.mark.parametrize(
    ("value", "action", "resource"),
    [
        (f"{SECRET}:db-AbCdEf", "secretsmanager:GetSecretValue", f"{SECRET}:db-AbCdEf"),
        (f"{SECRET}:db:field::", "secretsmanager:GetSecretValue", f"{SECRET}:db-??????"),
        ("/dev/flag", "ssm:GetParameters", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/dev/flag"),
        (f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/x", "ssm:GetParameters", {"Fn::GetAtt": ["P", "Arn"]}),
    ],
)
def test_the_grant_of_a_mounted_secret_stays(value: str, action: str, resource: Any) -> None:
    before = template(Execution=role((action, resource)))
    assert retires(before, template(Execution=role()), with_secrets(TOKEN=value)) == ["hello/secret:TOKEN"]


def test_the_way_round_names_the_field_that_keeps_a_secrets_grant() -> None:
    secret = role(("secretsmanager:GetSecretValue", f"{SECRET}:db-AbCdEf"))
    for lost, in_use, field in (
        (secret, with_secrets(TOKEN=f"{SECRET}:db-AbCdEf"), True),
        (role(("kms:Decrypt", "*")), with_secrets(TOKEN=f"{SECRET}:db-AbCdEf"), False),
    ):
        stack = Stack(
            name="s", deployed=template(Execution=lost), new=template(Execution=role()), roles=ROLES
        )
        (finding,) = still_needed([stack], (in_use,), KNOWN)
        assert finding.way_round.startswith("move it from `secrets` to `retired`") == field


def test_the_grant_of_a_secret_that_no_revision_mounts_may_go() -> None:
    before = template(Execution=role(("secretsmanager:GetSecretValue", f"{SECRET}:old-??????")))
    after = template(Execution=role())
    assert not retires(before, after)
    assert not retires(before, after, with_secrets(TOKEN=f"{SECRET}:db-AbCdEf"))


def test_log_options_and_registry_credentials_are_secrets_too() -> None:
    before = template(Execution=role(("secretsmanager:GetSecretValue", f"{SECRET}:x-AbCdEf")))
    after = template(Execution=role())
    option = {"name": "apikey", "valueFrom": f"{SECRET}:x-AbCdEf"}
    logs = {"logDriver": "awsfirelens", "secretOptions": [option]}
    assert retires(before, after, revision(logConfiguration=logs)) == ["hello/secret:apikey"]
    private = revision(repositoryCredentials={"credentialsParameter": f"{SECRET}:x-AbCdEf"})
    assert retires(before, after, private) == ["hello/secret:registry-credentials"]


def test_the_previous_revision_counts_as_well() -> None:
    previous = with_secrets(OLD=f"{SECRET}:db-AbCdEf")
    before = template(Execution=role(("secretsmanager:GetSecretValue", f"{SECRET}:db-AbCdEf")))
    assert retires(before, template(Execution=role()), revision(), previous) == ["hello/secret:OLD"]


def test_pulling_stays_allowed_on_the_repository_in_use_alone() -> None:
    ours = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/dev/hello"
    after = template(Execution=role())
    assert retires(template(Execution=role(("ecr:BatchGetImage", ours))), after) == [
        "hello/permission:ecr:BatchGetImage"
    ]
    assert not retires(template(Execution=role(("ecr:BatchGetImage", f"{ours}-old"))), after)


def test_an_unknown_permission_of_the_execution_role_is_taken_for_needed() -> None:
    before = template(Execution=role(("s3:GetObject", "arn:aws:s3:::env/*")))
    assert retires(before, template(Execution=role())) == ["hello/permission:s3:GetObject"]


def test_keys_are_for_secrets() -> None:
    before, after = template(Execution=role(("kms:Decrypt", "arn:k"))), template(Execution=role())
    assert not retires(before, after)
    assert retires(before, after, with_secrets(A="/a")) == ["hello/permission:kms:Decrypt"]


def test_whatever_the_task_role_may_do_the_application_may_be_doing() -> None:
    before = template(Task=role(("s3:GetObject", "*"), ("sqs:SendMessage", "*")))
    assert retires(before, template(Task=role(("s3:*", "*")))) == ["hello/permission:sqs:SendMessage"]


def test_a_managed_policy_is_named_by_its_arn() -> None:
    before = template(
        Task={"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["arn:aws:iam::aws:x"]}}
    )
    assert retires(before, template(Task=role())) == ["hello/permission:arn:aws:iam::aws:x"]


@pytest.mark.parametrize("name", ["Execution", "Task"])
def test_a_role_in_use_stays(name: str) -> None:
    assert retires(template(**{name: role()}), template()) == [f"hello/role:{name}"]


def test_a_role_that_no_revision_uses_may_go() -> None:
    assert not retires(template(Another=role(("s3:*", "*"))), template())


def test_the_log_group_in_use_stays_under_its_name() -> None:
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/ecs/dev/hello"}}
    renamed = copy.deepcopy(group)
    renamed["Properties"]["LogGroupName"] = "/ecs/other"
    assert retires(template(L=group), template(L=renamed)) == ["hello/logs:/ecs/dev/hello"]
    assert not retires(template(L=group), template(M=group))
    assert not retires(template(L=renamed), template())
    assert not retires(template(L={**group, "DeletionPolicy": "Retain"}), template())


def test_the_words() -> None:
    stack = Stack(name="dev-network", deployed=template(E=endpoint("logs")), new=template(), roles={})
    (finding,) = still_needed([stack], [revision("previous")], KNOWN)
    assert str(finding).splitlines() == [
        "  E (AWS::EC2::VPCEndpoint)",
        "      Would go, and dev-hello:7, the previous revision of hello, writes its logs through it.",
        "      Instead: keep it until releases have replaced both revisions.",
        "      Or let it go all the same: ARGS='--retire endpoint:logs'",
    ]
