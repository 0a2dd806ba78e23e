"""`bootstrap`: dev's is the standard one, production's its own, and a second run changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from environments.model import Environment
from operate.aws import Aws
from operate.deploying.bootstrap import SERVICE_LINKED, bootstrap, not_covered
from operate.deploying.cdk import Cdk
from operate.deploying.change_set import Follow
from operate.deploying.tools import Tools
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from rehearsal.in_process import InProcessAws
from tests.operate.aws_calls import as_listed
from tests.synthesis import new_app

ACCOUNT = "123456789012"


class RecordingCdk(Cdk):
    """Notes what it is asked for."""

    def __init__(self, assembly: Path) -> None:
        super().__init__(assembly=assembly)
        self.asked: list[tuple[str, Sequence[str]]] = []
        self.interrupted = False

    def synthesize(self) -> None:
        """Nothing: the assembly is there."""
        if self.interrupted:
            raise KeyboardInterrupt

    def bootstrap(self, where: str, options: Sequence[str]) -> str:
        """Nothing."""
        self.asked.append((where, options))
        return ""


@pytest.fixture(scope="session")
def assembly(environments: Mapping[str, Environment]) -> Path:
    """dev and production, as app.py synthesizes them."""
    from stacks.environment_stage import EnvironmentStage

    app = new_app()
    for name in ("dev", "production"):
        EnvironmentStage(app, environment=environments[name])
    return Path(app.synth().directory)


@pytest.fixture
def aws() -> Iterator[InProcessAws]:
    with InProcessAws() as started:
        yield started


class Run:
    """One environment's bootstrap, as often as a test calls it."""

    def __init__(self, aws: InProcessAws, environment: Environment, assembly: Path) -> None:
        self.cdk = RecordingCdk(assembly)
        # The rehearsal's account, whatever the file says.
        self.environment = environment.model_copy(update={"account": ACCOUNT})
        self._sleep = aws.sleep
        self.written = ""

    @property
    def deployed(self) -> Deployed:
        return Deployed(Aws(self.environment))

    def __call__(self) -> str:
        text = StringIO()
        console, deployed = Console(file=text, width=300), self.deployed
        follow = Follow(aws=deployed.aws, console=console, sleep=self._sleep)
        tools = Tools(console=console, cdk=self.cdk, agree=lambda _: False, follow=follow)
        with as_listed("bootstrap"):
            bootstrap(deployed, tools)
        return text.getvalue()


@pytest.fixture
def dev_run(aws: InProcessAws, environments: Mapping[str, Environment], assembly: Path) -> Run:
    return Run(aws, environments["dev"], assembly)


@pytest.fixture
def production(aws: InProcessAws, environments: Mapping[str, Environment], assembly: Path) -> Run:
    return Run(aws, environments["production"], assembly)


def test_dev_keeps_the_standard_bootstrap(dev_run: Run, aws: InProcessAws) -> None:
    dev_run()
    assert dev_run.cdk.asked == [(f"aws://{ACCOUNT}/eu-central-1", ())]
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []
    assert not_covered(dev_run.deployed, frozenset({"AWS::Anything::AtAll"})) == ()


def test_the_roles_that_a_new_account_lacks_are_made_once(dev_run: Run, aws: InProcessAws) -> None:
    assert [line for line in dev_run().splitlines() if line.endswith(": made.")] == [
        f"{role}: made." for role in SERVICE_LINKED
    ]
    made = aws.client("iam").list_roles(PathPrefix="/aws-service-role/")["Roles"]
    assert {role["Path"].split("/")[2] for role in made} == set(SERVICE_LINKED.values())
    assert ": made." not in dev_run()


def test_production_gets_a_bootstrap_of_its_own(production: Run, aws: InProcessAws) -> None:
    production()
    ((where, options),) = production.cdk.asked
    assert where == f"aws://{ACCOUNT}/eu-central-1"
    policy = f"arn:aws:iam::{ACCOUNT}:policy/cdk-production"
    assert list(options) == [
        "--qualifier",
        "production",
        "--toolkit-stack-name",
        "CDKToolkit-production",
        "--cloudformation-execution-policies",
        f"{policy}-deploy-network,{policy}-deploy-containers,{policy}-deploy-access",
        "--custom-permissions-boundary",
        "cdk-production-boundary",
        "--termination-protection",
    ]
    names = {each["PolicyName"] for each in aws.client("iam").list_policies(Scope="Local")["Policies"]}
    assert names == {
        "cdk-production-boundary",
        "cdk-production-deploy-network",
        "cdk-production-deploy-containers",
        "cdk-production-deploy-access",
    }
    (stack,) = aws.client("cloudformation").describe_stacks()["Stacks"]
    assert stack["StackName"] == "production-bootstrap"
    assert stack["EnableTerminationProtection"]


def test_a_second_run_leaves_the_policies_alone(production: Run, aws: InProcessAws) -> None:
    production()
    assert "production-bootstrap: the policies are as the templates need them." in production()
    events = aws.events("production-bootstrap")
    assert events.count(("production-bootstrap", "UPDATE_IN_PROGRESS")) == 0
    assert len(production.cdk.asked) == 2


def test_templates_with_other_types_need_another_bootstrap(
    production: Run, aws: InProcessAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = frozenset({"AWS::EC2::VPC", "AWS::EC2::NatGateway"})
    assert not_covered(production.deployed, everything) == sorted(everything)
    monkeypatch.setattr("operate.deploying.bootstrap.resource_types", lambda _: frozenset({"AWS::EC2::VPC"}))
    production()
    assert not_covered(production.deployed, everything) == ["AWS::EC2::NatGateway"]
    monkeypatch.setattr("operate.deploying.bootstrap.resource_types", lambda _: everything)
    assert "production-bootstrap: changing the policies" in production()
    assert not_covered(production.deployed, everything) == []
    iam = aws.client("iam")
    arn = f"arn:aws:iam::{ACCOUNT}:policy/cdk-production-deploy-network"
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert "ec2:CreateNatGateway" in str(document)


def test_interrupted(production: Run) -> None:
    production.cdk.interrupted = True
    with pytest.raises(OperateError) as interrupted:
        production()
    assert interrupted.value.code is ExitCode.INTERRUPTED
    assert interrupted.value.next_step == "make bootstrap ENV=production goes on from here."
    production.cdk.interrupted = False
    production()
    assert len(production.cdk.asked) == 1


def test_a_role_made_by_another_hand_in_between_is_fine(
    dev_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev_run()
    # As if nobody had looked: IAM answers that the name has been taken.
    from botocore.exceptions import ClientError

    def absent(**_: object) -> None:
        raise ClientError({"Error": {"Code": "NoSuchEntity", "Message": "no"}}, "GetRole")

    def taken(**_: object) -> None:
        message = "Service role name AWSServiceRoleForECS has been taken in this account"
        raise ClientError({"Error": {"Code": "InvalidInput", "Message": message}}, "CreateServiceLinkedRole")

    deployed = dev_run.deployed
    monkeypatch.setattr(deployed.aws.client("iam"), "get_role", absent)
    monkeypatch.setattr(deployed.aws.client("iam"), "create_service_linked_role", taken)
    monkeypatch.setattr(type(dev_run), "deployed", deployed)
    dev_run()
