"""`deploy` of an environment with jobs, from nothing: images first, then the stacks, then a release."""

from pathlib import Path

import pytest

from environments.model import Environment
from operate.problem import ExitCode, OperateError
from rehearsal.in_process import InProcessAws
from tests.operate.deploying import Project, setting


def test_from_nothing_to_a_change_of_a_schedule(
    dev_with_jobs: Environment, assembly_with_jobs: Path, tmp_path: Path
) -> None:
    with InProcessAws() as aws:
        aws.publish(assembly_with_jobs)
        project = Project(aws, dev_with_jobs, assembly_with_jobs, tmp_path)

        with pytest.raises(OperateError) as first:
            project.deploy()
        assert first.value.code is ExitCode.REFUSED
        # The job with the service's image has none to push.
        assert first.value.problem == (
            "hello is to run dev/hello:7, and there is no such image in eu-central-1.\n"
            "report is to run dev/report:1.2, and there is no such image in eu-central-1.\n"
            "The repositories are there; nothing else was changed."
        )
        assert "docker build --platform linux/amd64 --tag" in str(first.value.next_step)
        aws.push_image("dev/hello", "7", "ARM64")
        aws.push_image("dev/report", "1.2", "X86_64")

        created = [
            line.partition(":")[0] for line in project.deploy().splitlines() if line.endswith(": created.")
        ]
        assert created[:2] == ["dev-network", "dev-platform"]
        assert sorted(created[2:]) == ["dev-hello", "dev-report", "dev-seed"]
        assert "6 stacks are as the templates say" in project.deploy()

        project.edit("report", setting("AWS::Scheduler::Schedule", State="DISABLED"))
        assert "dev-report: updated." in project.deploy(stack="report")
        scheduler = aws.client("scheduler")
        states = [
            scheduler.get_schedule(Name=each["Name"], GroupName=each["GroupName"])["State"]
            for each in scheduler.list_schedules()["Schedules"]
        ]
        assert states.count("DISABLED") == 2

        for stack in ("dev-report", "dev-seed"):
            aws.destroy(stack)
        assert scheduler.list_schedules()["Schedules"] == []
