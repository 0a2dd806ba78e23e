"""`doctor`: every check of an environment, one line each with its fix."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console

from operate.aws import Aws
from operate.checking.checks import before_release, image_there, nothing_to_release
from operate.checking.finding import Finding, Verdict, checked, line, refusal
from operate.checking.quotas import quota_checks
from operate.checking.reach_checks import Running, endpoints
from operate.checking.readiness import account_and_domain, missing_images
from operate.checking.stack_checks import stack_checks, stack_status
from operate.outputs import Deployed, ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading.live import Live, read
from operate.releasing.revision import read_revision
from operate.together import together
from operate.words import command, revision_name

# All clients that the checks use, made before the threads that ask.
_CLIENTS = (
    "cloudformation",
    "ecs",
    "elbv2",
    "cloudwatch",
    "codedeploy",
    "application-autoscaling",
    "ecr",
    "ec2",
    "ssm",
    "iam",
    "route53",
    "service-quotas",
)


def doctor(deployed: Deployed, *, as_json: bool, console: Console) -> ExitCode:
    """Show every finding.

    Args:
        deployed: The environment, deployed or not.
        as_json: One JSON document instead of lines.
        console: Where to show them.

    Returns:
        DONE where nothing is refused, else FAILED.
    """
    findings = examine(deployed)
    if as_json:
        document = {
            "environment": deployed.environment.name,
            "region": deployed.aws.region,
            "account": deployed.aws.account,
            "findings": [_document(each) for each in findings],
        }
        console.out(json.dumps(document, indent=2), highlight=False)
    else:
        width = max(len(each.name) for each in findings)
        for each in findings:
            console.print(line(each, width), soft_wrap=True)
    refused = any(each.verdict is Verdict.REFUSED for each in findings)
    return ExitCode.FAILED if refused else ExitCode.DONE


def examine(deployed: Deployed) -> Sequence[Finding]:
    """Every check of an environment, also of one that is not or only partly deployed.

    Args:
        deployed: The environment.
    """
    aws, environment = deployed.aws, deployed.environment
    for client in _CLIENTS:
        aws.client(client)
    shared = [f"{environment.name}-{part}" for part in ("network", "registry", "platform")]
    own = {f"{environment.name}-{name}": name for name in deployed.service_names()}
    jobs = {f"{environment.name}-{name}": name for name in deployed.job_names()}
    every = (*shared, *own, *jobs)
    first: list[Any] = together(
        [
            lambda: account_and_domain(deployed),
            *(lambda stack=stack: stack_status(deployed, stack) for stack in every),
        ]
    )
    stacks: dict[str, str | None] = dict(zip(every, first[1:], strict=True))
    absent = [name for stack, name in jobs.items() if not stacks[stack]]
    there = [name for stack, name in own.items() if all(stacks[each] for each in (*shared, stack))]
    services: list[Running | Finding] = together([lambda name=name: _read(deployed, name) for name in there])
    running = [each for each in services if isinstance(each, Running)]
    rule = running[0].service.production_rule if running else None
    last: list[Any] = together(
        [
            lambda: quota_checks(deployed, rule=rule, missing=len(own) - len(there)),
            lambda: [checked("endpoints", lambda: endpoints(deployed, running))] if running else [],
            lambda: _images(deployed, [*absent, *(name for name in own.values() if name not in there)]),
            *(lambda each=each: _service(deployed, each) for each in services),
            *(
                lambda name=name: [checked(f"{name} image", lambda: _job_image(deployed, name))]
                for name in jobs.values()
                if name not in absent
            ),
        ]
    )
    return [
        Finding(name="account", verdict=Verdict.OK, says=f"{aws.account} in {aws.region}"),
        *first[0],
        *stack_checks(deployed, stacks),
        *last[1],
        *last[0],
        *(finding for each in last[2:] for finding in each),
    ]


def _images(deployed: Deployed, names: Sequence[str]) -> Sequence[Finding]:
    """The images that a first deployment of these services needs and nobody has pushed."""
    try:
        missing = missing_images(deployed, names, carry=False)
    except OperateError as error:
        return [refusal("images", error)]
    return [replace(each.as_finding(), name=f"{each.service} image") for each in missing]


def _job_image(deployed: Deployed, name: str) -> Finding:
    """No deployment waits for the image of a job: without one, its next start fails."""
    return replace(image_there(deployed.aws, deployed.job(name), None), name=f"{name} image")


def _read(deployed: Deployed, name: str) -> Running | Finding:
    try:
        service = deployed.service(name)
        return Running(service=service, live=read(deployed.aws, service))
    except OperateError as error:
        return replace(refusal(name, error), name=f"{name} service")


def _service(deployed: Deployed, running: Running | Finding) -> Sequence[Finding]:
    if isinstance(running, Finding):
        return [running]
    aws, service, live = deployed.aws, running.service, running.live
    findings = [
        *before_release(aws, service, live, None),
        checked("exec", lambda: _exec(aws, service, live)),
        _released(aws, service, live),
    ]
    return [replace(each, name=f"{service.name} {each.name}") for each in findings]


def _exec(aws: Aws, service: ServiceOutputs, live: Live) -> Finding:
    if not live.exec_enabled:
        return Finding(name="exec", verdict=Verdict.OK, says="off, nobody gets a shell")
    definition = read_revision(aws, service, live.revision).definition
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
    if not definition.get("taskRoleArn"):
        return Finding(
            name="exec",
            verdict=Verdict.REFUSED,
            says="on, and the tasks have no role that could open the channel",
            fix="a task role with the four ssmmessages actions",
        )
    closed = [
        each["name"] for each in definition["containerDefinitions"] if each.get("readonlyRootFilesystem")
    ]
    if service.container in closed:
        return Finding(
            name="exec",
            verdict=Verdict.WARNING,
            says=f"on, and the root of {service.container} is read-only: its agent cannot start",
            fix="a writable root for as long as Exec is wanted",
        )
    return Finding(name="exec", verdict=Verdict.OK, says="on")


def _released(aws: Aws, service: ServiceOutputs, live: Live) -> Finding:
    same = nothing_to_release(service, live, None)
    if same:
        return Finding(name="release", verdict=Verdict.OK, says=same)
    configured, runs = revision_name(service.task_definition), revision_name(live.revision)
    if live.base == configured:
        return Finding(
            name="release", verdict=Verdict.OK, says=f"{runs} runs: {configured} with the image {live.image}"
        )
    return Finding(
        name="release",
        verdict=Verdict.WARNING,
        says=f"{runs} runs, and {configured} is configured",
        fix=command("release", aws, service),
    )


def _document(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "verdict": finding.verdict.value,
        "says": finding.says,
        "fix": finding.fix,
    }
