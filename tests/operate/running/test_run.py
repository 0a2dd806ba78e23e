"""`run` on a job as it is deployed: what is started, what is shown, and with what it ends."""

from typing import Any

import pytest

from operate.problem import ExitCode, OperateError
from operate.reading.lifecycle import PHASES
from tests.operate.running.jobs import Jobs

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/dev/report"


def test_it_runs_shows_its_life_and_its_log_and_ends_as_its_container(jobs: Jobs) -> None:
    outcome = jobs.run_job()
    assert (outcome.result, outcome.code, outcome.exit_code) == ("succeeded", 0, 0)
    assert outcome.says == f"report: task {outcome.task}: exit code 0 after 15 s."
    lines = jobs.written.splitlines()
    assert lines[0] == f"report: task {outcome.task} of dev-report:1 runs python -m report"
    assert lines[1] == f"report: with the image {IMAGE}:1.2"
    # One line a change, each with the time and what it means; the log in between, told once.
    told = [line.partition("  ")[2] for line in lines[2:]]
    assert told == [
        f"PROVISIONING  {PHASES['PROVISIONING'].means}",
        "| rehearsal: no container starts here; not run: python -m report",
        f"PENDING  {PHASES['PENDING'].means}",
        f"RUNNING  {PHASES['RUNNING'].means}",
        f"STOPPED  {PHASES['STOPPED'].means}",
    ]
    assert [each.name for each in outcome.phases] == ["PROVISIONING", "PENDING", "RUNNING", "STOPPED"]


def test_it_is_one_task_in_the_jobs_place_that_can_be_told_apart(jobs: Jobs) -> None:
    sent: list[dict[str, Any]] = []
    jobs.notes("ecs", "RunTask", sent)
    outcome = jobs.run_job()
    out = jobs.embedded.outputs("dev-report")
    assert sent == [
        {
            "cluster": "dev",
            "taskDefinition": out["TaskDefinitionArn"],
            "count": 1,
            "launchType": "FARGATE",
            "networkConfiguration": {
                "awsvpcConfiguration": {
                    "subnets": out["TaskSubnets"].split(","),
                    "securityGroups": [out["TaskSecurityGroup"]],
                    "assignPublicIp": "DISABLED",
                }
            },
            "overrides": {},
            "startedBy": "run/report",
            "propagateTags": "TASK_DEFINITION",
            "enableECSManagedTags": True,
            "tags": [{"key": "run:by", "value": jobs.aws.caller}],
            # botocore's own, so that a repeated call starts no second task.
            "clientToken": sent[0]["clientToken"],
        }
    ]
    # As moto calls everybody.
    assert jobs.aws.caller == "user/moto"
    (task,) = [each for each in jobs.tasks() if each["taskArn"].endswith(outcome.task)]
    assert task["startedBy"] == "run/report"
    assert {"key": "run:by", "value": jobs.aws.caller} in task["tags"]


def test_a_name_that_is_no_tags_value_is_written_otherwise(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs.aws, "_caller", "user/ada,lovelace")
    sent: list[dict[str, Any]] = []
    jobs.notes("ecs", "RunTask", sent)
    jobs.run_job(detach=True)
    assert sent[0]["tags"] == [{"key": "run:by", "value": "user/ada_lovelace"}]


def test_another_command_and_other_variables(jobs: Jobs) -> None:
    sent: list[dict[str, Any]] = []
    jobs.notes("ecs", "RunTask", sent)
    outcome = jobs.run_job(command=["python", "-c", "print(1)"], variables={"B": "2", "A": "x=y"})
    assert sent[0]["overrides"] == {
        "containerOverrides": [
            {
                "name": "app",
                "command": ["python", "-c", "print(1)"],
                "environment": [{"name": "A", "value": "x=y"}, {"name": "B", "value": "2"}],
            }
        ]
    }
    assert outcome.command == ("python", "-c", "print(1)")
    assert "runs python -c 'print(1)'\n" in jobs.written
    assert "  | rehearsal: no container starts here; not run: python -c print(1)" in jobs.written


def test_the_image_of_a_service(jobs: Jobs) -> None:
    outcome = jobs.run_job("seed")
    assert outcome.image.endswith("/dev/hello:7")
    assert "runs the image's own command" in jobs.written


def test_another_image_is_a_revision_derived_from_the_configured_one(jobs: Jobs) -> None:
    digest = jobs.embedded.push_image("dev/report", "next", "X86_64")
    first = jobs.run_job(image="next")
    assert first.image == f"{IMAGE}@{digest}"
    assert first.revision == "dev-report:2"
    # The same again is the same revision, and without --image it is the configured one.
    assert jobs.run_job(image=digest).revision == "dev-report:2"
    assert jobs.run_job().revision == "dev-report:1"


def test_an_image_for_another_processor_or_that_is_not_there(jobs: Jobs) -> None:
    jobs.embedded.push_image("dev/report", "arm", "ARM64")
    with pytest.raises(OperateError, match="is built for ARM64; the job runs on X86_64") as refused:
        jobs.run_job(image="arm")
    assert refused.value.code is ExitCode.REFUSED
    with pytest.raises(OperateError, match="There is no image dev/report:absent"):
        jobs.run_job(image="absent")


def test_started_and_left_then_come_back_to(jobs: Jobs) -> None:
    left = jobs.run_job(command=["quick"], detach=True)
    assert (left.result, left.code, left.exit_code) == ("started", 0, None)
    assert left.says == f"python -m operate run dev report --attach {left.task} comes back to it."
    assert "PROVISIONING" not in jobs.written
    jobs.embedded.advance(seconds=20)
    jobs.forget()
    back = jobs.run_job(attach=left.task)
    assert (back.task, back.result, back.command) == (left.task, "succeeded", ("quick",))
    assert [each.name for each in back.phases] == ["RUNNING", "STOPPED"]
    assert "  | rehearsal: no container starts here; not run: quick\n" in jobs.written
    # Also after its end, as long as ECS remembers.
    assert jobs.run_job(attach=left.task).result == "succeeded"


def test_coming_back_to_a_task_that_is_none_of_this_job(jobs: Jobs) -> None:
    other = jobs.run_job("seed", detach=True)
    with pytest.raises(OperateError, match=f"The task {other.task} is one of dev-seed:1, not of report"):
        jobs.run_job(attach=other.task)
    with pytest.raises(OperateError, match="ECS does not know the task 4711 of report") as unknown:
        jobs.run_job(attach="4711")
    assert "an hour after its end" in str(unknown.value.cause)
    assert unknown.value.next_step == (
        "python -m operate logs dev report --since 1d, or the log group /ecs/dev/report"
    )


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"attach": "1", "command": ["x"]}, "--attach comes back to a task that runs"),
        ({"attach": "1", "variables": {"A": "1"}}, "--attach comes back to a task that runs"),
        ({"attach": "1", "image": "x"}, "--attach comes back to a task that runs"),
        ({"attach": "1", "detach": True}, "--attach and --detach say two things"),
        # As a variable of a pipeline gives them that is not set.
        ({"attach": ""}, "--attach is the id of a task, and is empty"),
        ({"image": ""}, "--image is a tag or a digest, and is empty"),
    ],
)
def test_options_that_contradict_each_other(jobs: Jobs, choice: dict[str, Any], says: str) -> None:
    with pytest.raises(OperateError, match=says) as refused:
        jobs.run_job(**choice)
    assert refused.value.code is ExitCode.REFUSED


def test_the_log_is_read_once(jobs: Jobs) -> None:
    asked: list[dict[str, Any]] = []
    jobs.notes("logs", "GetLogEvents", asked)
    jobs.ends(exit_code=1)
    jobs.run_job()
    assert {each["startFromHead"] for each in asked} == {True}


@pytest.mark.parametrize(
    ("manner", "detach", "says"),
    [
        ({"timeout_seconds": 60}, True, "--timeout and --stop-on-interrupt take somebody who waits"),
        ({"stop_on_interrupt": True}, True, "--timeout and --stop-on-interrupt take somebody who waits"),
        ({"timeout_seconds": 0}, False, "--timeout is a number of minutes above 0"),
        ({"timeout_seconds": float("nan")}, False, "--timeout is a number of minutes above 0"),
        ({"timeout_seconds": float("inf")}, False, "--timeout is a number of minutes above 0"),
    ],
)
def test_waits_that_make_no_sense(jobs: Jobs, manner: dict[str, Any], detach: bool, says: str) -> None:
    before = len(jobs.tasks())
    with pytest.raises(OperateError, match=says):
        jobs.run_job(manner=jobs.manner(**manner), detach=detach)
    assert len(jobs.tasks()) == before


def test_a_service_is_no_job(jobs: Jobs) -> None:
    with pytest.raises(OperateError, match="dev has no job 'hello', but a service of this name") as refused:
        jobs.run_job("hello")
    assert refused.value.next_step == "one of: report, seed."


def test_an_environment_without_jobs_says_how_to_get_one(jobs: Jobs) -> None:
    jobs.aws.environment = jobs.aws.environment.model_copy(update={"jobs": ()})
    jobs.deployed.environment = jobs.aws.environment
    with pytest.raises(OperateError, match=r"dev has no job 'report'\.") as refused:
        jobs.run_job()
    assert refused.value.next_step == (
        "jobs=[JobSettings(...)] in environments/dev.py, then make deploy (docs/jobs.md)."
    )


def test_a_job_that_is_not_deployed(jobs: Jobs) -> None:
    settings = jobs.aws.environment.jobs[0].model_copy(update={"name": "later"})
    jobs.deployed.environment = jobs.aws.environment.model_copy(update={"jobs": (settings,)})
    with pytest.raises(OperateError, match="The stack dev-later does not exist in eu-central-1") as refused:
        jobs.run_job("later")
    assert refused.value.next_step == "make deploy ENV=dev"
