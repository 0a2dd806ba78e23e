"""A job: its image, its task and its schedules; and what it may not share with services."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from environments.model import (
    JobSchedule,
    PublicImage,
    RegistryImage,
    Retry,
    Scaling,
    SecretsManagerSecret,
    ServiceImage,
    SourceImage,
    SsmParameter,
)
from tests.environments.jobs import NIGHTLY, a_job

ROOT = Path(__file__).resolve().parents[2]


def of(mistakes, **fields: Any) -> list[str]:
    return mistakes({"jobs": [a_job(**fields)]})


@pytest.mark.parametrize(
    "image",
    [ServiceImage(service="shop"), SourceImage(directory="service"), RegistryImage(tag="1")],
    ids=lambda image: type(image).__name__,
)
def test_images(mistakes, image):
    assert of(mistakes, image=image) == []


def test_an_environment_has_none_unless_it_says_so(environment):
    assert environment().jobs == ()


def test_everything_of_a_job(mistakes):
    assert (
        of(
            mistakes,
            architecture="ARM64",
            command=["python", "-m", "report"],
            environment={"COLOR": "red"},
            secrets={"KEY": SsmParameter(name="/shop/key")},
            retired=[SecretsManagerSecret(secret_id="shop/db")],
            schedules=[
                NIGHTLY,
                JobSchedule(
                    name="often",
                    expression="rate(5 minutes)",
                    command=["quick"],
                    retry=Retry(attempts=2, max_age_seconds=120),
                    flexible_window_minutes=15,
                    enabled=False,
                ),
                JobSchedule(name="once", expression="at(2027-01-31T18:30:00)", time_zone="Europe/Berlin"),
            ],
            stop_timeout_seconds=120,
        )
        == []
    )


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        (
            {"memory_mib": 300},
            ".memory_mib (report): Fargate has no task with 256 CPU units and 300 MiB of memory. Allowed: with 256 CPU units, 512, 1024, 2048 MiB.",
        ),
        (
            {"name": "platform"},
            ".name: A stack of the environment has this name. Allowed: any but network, registry, platform, bootstrap.",
        ),
        (
            {"stop_timeout_seconds": 121},
            ".stop_timeout_seconds (report): Outside the range. Allowed: 2 to 120 seconds.",
        ),
        (
            {"command": [""]},
            ".command[0] (report): An empty word. Allowed: a word of the command, not empty.",
        ),
        (
            {"environment": {"KEY": "1"}, "secrets": {"KEY": SsmParameter(name="/key")}},
            ".environment['KEY'] (report): A secret has this name too. Allowed: each name in environment or in secrets, not in both.",
        ),
        (
            {"secrets": {"KEY": SsmParameter(name="/key")}, "retired": [SsmParameter(name="/key")]},
            ".retired[0] (report, /key): The container still gets it, as KEY. Allowed: each secret in secrets or in retired, not in both.",
        ),
        (
            {"image": RegistryImage()},
            ".image (report): The image has neither a tag nor a digest. Allowed: exactly one of the two.",
        ),
        (
            {"image": "shop"},
            ".image (report): Not a value for this field. Allowed: ServiceImage(...) or SourceImage(...) or RegistryImage(...) or PublicImage(...).",
        ),
        (
            {"image": ServiceImage(service="other")},
            ".image.service (report): There is no such service. Allowed: 'shop'.",
        ),
        (
            {"architecture": "X86_64"},
            ".architecture (report): It runs the image of shop, which is for ARM64. Allowed: 'ARM64'.",
        ),
        (
            {"port": 80},
            ".port (report): JobSettings has no such field. Allowed: name, image, cpu, memory_mib, architecture, command, environment, secrets, retired, schedules, stop_timeout_seconds.",
        ),
        (
            {"name": "shop"},
            ".name: services[0] has this name too. Allowed: a name of its own for each service and job; their stacks are named after it.",
        ),
        (
            {"schedules": [NIGHTLY, NIGHTLY]},
            ".schedules[1].name (report): schedules[0] has this name too. Allowed: a name of its own for each schedule.",
        ),
        (
            {
                "secrets": {
                    "KEY": SecretsManagerSecret(
                        secret_id="arn:aws:secretsmanager:us-east-1:111122223333:secret:x-a1b2c3"
                    )
                }
            },
            ".secrets['KEY'].secret_id (report): The secret is in us-east-1; tasks reach the secrets of their own region. Allowed: a secret, or the replica of one, in eu-central-1.",
        ),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, dict) else "",
)
def test_refused(mistakes, fields, refusal):
    assert of(mistakes, **fields) == [f"jobs[0]{refusal}"]


def test_names_that_differ_in_hyphens_alone(mistakes, service):
    # Outputs of the registry's stack are called after both, and have no hyphens.
    allowed = "Allowed: names that differ in letters or digits; outputs of the stacks have no hyphens."
    changes = {
        "services[0].name": "web-shop",
        "services[1]": service(),
        "services[1].name": "webshop",
        "services[1].routing.priority": 2,
        "jobs": [a_job(name="web-s-hop", image=SourceImage(directory="service"))],
    }
    assert mistakes(changes) == [
        f"services[1].name: But for hyphens this is web-shop, the name of services[0]. {allowed}",
        f"jobs[0].name: But for hyphens this is web-shop, the name of services[0]. {allowed}",
    ]
    # A name that is there twice is refused for that alone.
    assert [
        each.partition(" Allowed")[0]
        for each in mistakes(changes | {"services[1].name": "web-shop", "jobs": []})
    ] == ["services[1].name: services[0] has this name too."]


def test_a_job_without_an_output_may_be_called_almost_as_a_service(mistakes):
    assert mistakes({"jobs": [a_job(name="sh-op", image=ServiceImage(service="shop"))]}) == []


def test_two_jobs_of_one_name(mistakes):
    assert mistakes({"jobs": [a_job(), a_job(name="other"), a_job()]}) == [
        "jobs[2].name: jobs[0] has this name too. Allowed: a name of its own for each service and job; their stacks are named after it."
    ]


def test_a_public_image_takes_nat(mistakes):
    public = PublicImage(uri="public.ecr.aws/nginx/nginx:1.29")
    assert of(mistakes, image=public) == [
        'jobs[0].image.uri (report): network.nat is "none", and without NAT no task reaches a public registry. Allowed: RegistryImage(...), once `make copy-image ENV=qa SERVICE=report SOURCE=public.ecr.aws/nginx/nginx:1.29` has copied it; or network.nat "one" or "one_per_zone".'
    ]
    assert mistakes({"jobs": [a_job(image=public)], "network.nat": "one"}) == []


def test_mistakes_of_services_and_jobs_are_said_together(mistakes):
    broken = a_job(cpu=300, schedules=[JobSchedule(name="x", expression="cron(1)")], environment={"1": "x"})
    fields = [
        each.partition(" ")[0] for each in mistakes({"services[0].port": 0, "jobs": [broken], "name": "QA"})
    ]
    assert sorted(fields) == [
        "jobs[0].cpu",
        "jobs[0].environment['1']",
        "jobs[0].schedules[0].expression",
        "name:",
        "services[0].port",
    ]


def test_a_task_for_each_schedule_and_one_by_hand_have_addresses(mistakes):
    crowded = {
        "network.zones[0].private_cidr": "10.0.16.0/26",
        "network.zones[1].private_cidr": "10.0.32.0/26",
        "services[0].scaling": Scaling(min_tasks=16, max_tasks=16),
    }
    # 59 are free: 32 tasks of the service and 24 endpoints leave three.
    assert mistakes({**crowded, "jobs": [a_job(schedules=[NIGHTLY])]}) == []
    two = [NIGHTLY, JobSchedule(name="often", expression="rate(5 minutes)")]
    first, _ = mistakes({**crowded, "jobs": [a_job(schedules=two), a_job(name="other")]})
    assert first == (
        "network.zones[0].private_cidr (eu-central-1a): 59 addresses are free and 60 are needed: 36 for the share of 36 tasks (the 16 that all services may reach, 16 that their deployments run beside them, and 4 of jobs) when one of the 2 zones is down, and 24 for interface endpoints. Allowed: /25 or larger, fewer tasks, or more zones."
    )


def test_validation_loads_no_aws_cdk():
    code = (
        "import sys\nfrom environments.model import *\nfrom environments.loading.check import check\n"
        "job = JobSettings(name='a', image=ServiceImage(service='b'), cpu=256, memory_mib=512, schedules=["
        "JobSchedule(name='n', expression='cron(0 2 * * ? *)'), JobSchedule(name='r', expression='rate(1 day)'),"
        "JobSchedule(name='o', expression='at(2027-01-31T18:30:00)', time_zone='Europe/Berlin')])\n"
        "assert check(job, 'x').mistakes == ()\nprint('aws_cdk' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
