"""The server: on its own port, without the user's account, and stopped however its owner ends."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from rehearsal.server import ROOT, EmbeddedAws, ServerError

OWNER = (
    "import time\n"
    "from rehearsal.server import EmbeddedAws\n"
    "with EmbeddedAws() as aws:\n"
    "    print(aws.pid, flush=True)\n"
    "    time.sleep(60)\n"
)


def runs(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def ends(pid: int) -> bool:
    """Whether a process ends within a few seconds."""
    until = time.monotonic() + 10
    while runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not runs(pid)


def test_two_run_at_once_and_know_nothing_of_each_other(
    server: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine, and nowhere to be found")
    with EmbeddedAws(region="eu-west-1") as other:
        assert other.url != server.url
        assert other.url.startswith("http://localhost:")
        server.client("ssm").put_parameter(Name="/here", Value="1", Type="String", Overwrite=True)
        assert other.client("ssm").describe_parameters()["Parameters"] == []
        zones = other.client("ec2").describe_availability_zones()["AvailabilityZones"]
        assert {zone["RegionName"] for zone in zones} == {"eu-west-1"}
        assert other.news() == []

        os.kill(other.pid, signal.SIGKILL)
        with pytest.raises(ServerError, match=r"The embedded AWS (ended|does not answer)"):
            other.news()


def test_its_clock_is_moved_from_outside() -> None:
    with EmbeddedAws(seconds_per_minute=0) as aws:
        ecs = aws.client("ecs")
        ecs.create_cluster(clusterName="dev")
        ecs.register_task_definition(
            family="once", containerDefinitions=[{"name": "app", "image": "a", "memory": 128}]
        )
        arn = ecs.run_task(cluster="dev", taskDefinition="once", launchType="FARGATE")["tasks"][0]["taskArn"]

        def status() -> str:
            return ecs.describe_tasks(cluster="dev", tasks=[arn])["tasks"][0]["lastStatus"]

        assert status() == status() == "PROVISIONING"
        aws.advance(minutes=1)
        assert status() == "STOPPED"


def test_it_stops_with_an_exception_in_the_block() -> None:
    def broken(pids: list[int]) -> None:
        with EmbeddedAws() as aws:
            pids.append(aws.pid)
            raise KeyError

    pids: list[int] = []
    with pytest.raises(KeyError):
        broken(pids)

    assert not runs(pids[0])


def test_it_stops_when_its_owner_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        server = int(owner.stdout.readline())
        assert runs(server)
        owner.kill()

    assert ends(server)


def test_nothing_of_the_users_account_reaches_a_program_that_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_ROLE_ARN",
        "AWS_ENDPOINT_URL_S3",
        "CDK_DEFAULT_ACCOUNT",
    ):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("NO_PROXY", "example.org")
    with EmbeddedAws(region="eu-west-1") as aws:
        environment = aws.environment()
        url = aws.url

    mine = {name: value for name, value in environment.items() if name.startswith(("AWS_", "CDK_"))}
    assert mine == {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "rehearsal",
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    assert environment["NO_PROXY"] == "example.org,localhost,127.0.0.1"
