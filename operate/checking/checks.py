"""What has to be so before a service is released: each check is one line, with its fix."""

from collections.abc import Sequence

from operate.aws import Aws, explained
from operate.checking.finding import Finding, Verdict, checked
from operate.outputs import ServiceOutputs
from operate.reading.image import Image, find, reference
from operate.reading.live import MISSING, Live
from operate.reading.tasks import TaskSet
from operate.reading.weights import Weights, percent
from operate.releasing.revision import read_revision
from operate.words import command, revision_name
from operate.workload import Workload


def before_release(aws: Aws, service: ServiceOutputs, live: Live, image: Image | None) -> Sequence[Finding]:
    """Every check before a release.

    Args:
        aws: The way to AWS.
        service: The service.
        live: How it is.
        image: What is to be released. None is the configured image.
    """
    return (
        checked("image", lambda: image_there(aws, service, image)),
        _deployment(aws, service, live),
        _steady(aws, service, live),
        checked("scaling", lambda: _scaling(aws, service)),
        weights_agree(aws, service, live),
        _alarms(aws, service, live),
    )


def nothing_to_release(service: ServiceOutputs, live: Live, image: Image | None) -> str | None:
    """Why a release would change nothing. None where it would.

    Args:
        service: The service.
        live: How it is.
        image: What is to be released. None is the configured image.
    """
    configured = revision_name(service.task_definition)
    if image is None:
        if live.revision != service.task_definition:
            return None
        return f"{service.name} runs {configured} already, the configured revision."
    runs = reference(live.image)
    in_repository = runs.lies_in(image.repository)
    # Where the live revision names a tag, that is enough: the repositories' tags never move.
    same = runs.digest == image.digest if runs.digest else runs.tag is not None and runs.tag == image.tag
    up_to_date = live.revision == service.task_definition or live.base == configured
    if not (in_repository and same and up_to_date):
        return None
    return f"{service.name} runs the image {image} already, as {revision_name(live.revision)}."


def weights_agree(aws: Aws, service: ServiceOutputs, live: Live) -> Finding:
    """Whether users are sent to the tasks that ECS holds for the primary ones.

    Args:
        aws: The way to AWS.
        service: The service.
        live: How it is.
    """
    name = "weights"
    if live.under_way:
        return Finding(name=name, verdict=Verdict.OK, says="a deployment is moving them")
    primary = live.primary
    if primary is None or primary.target_group is None:
        return Finding(
            name=name, verdict=Verdict.WARNING, says="not known: ECS names no target group of the live tasks"
        )
    fix = f"make doctor ENV={aws.environment.name} ARGS=--repair"
    users = percent(live.production, primary.target_group)
    if users != 100:
        return Finding(
            name=name,
            verdict=Verdict.REFUSED,
            says=f"ECS holds the {primary.label} tasks for the live ones, and the production rule sends "
            f"{users} % of the users there ({_split(service, live.production)}): the next deployment would "
            'end with "Primary taskset target group must be behind listener", however often it is tried',
            fix=fix,
        )
    if live.test and percent(live.test, primary.target_group) != 100:
        return Finding(
            name=name,
            verdict=Verdict.WARNING,
            says=f"users meet the live tasks ({primary.label}), the test listener does not "
            f"({_split(service, live.test)})",
            fix=fix,
        )
    return Finding(name=name, verdict=Verdict.OK, says=f"users meet the live tasks ({primary.label})")


def _split(service: ServiceOutputs, weights: Weights) -> str:
    names = {service.blue: "blue", service.green: "green"}
    return ", ".join(f"{names.get(group, group)} {percent(weights, group)} %" for group in weights)


def image_there(aws: Aws, service: Workload, image: Image | None) -> Finding:
    """Whether an image is in the repository, and built for the tasks' processor.

    Args:
        aws: The way to AWS.
        service: The service or job.
        image: The image. None is the configured one.
    """
    configured = read_revision(aws, service, service.task_definition)
    if image is None:
        named = configured.image
        if not named.lies_in(service.repository):
            return Finding(
                name="image", verdict=Verdict.OK, says=f"{named.uri}, of another registry: not looked at"
            )
        image = find(aws, service, named.version)
    wanted = configured.definition.get("runtimePlatform", {}).get("cpuArchitecture", "X86_64")
    if not image.architectures:
        return Finding(
            name="image",
            verdict=Verdict.OK,
            says=f"{image} is in {image.repository}; the registry does not say for which processor",
        )
    if wanted not in image.architectures:
        platform = {"ARM64": "linux/arm64", "X86_64": "linux/amd64"}[wanted]
        return Finding(
            name="image",
            verdict=Verdict.REFUSED,
            says=f"{image} is built for {', '.join(sorted(image.architectures))}; the tasks run on {wanted}",
            fix=f"docker build --platform {platform}, or change `architecture` in the environment file",
        )
    return Finding(name="image", verdict=Verdict.OK, says=f"{image} is in {image.repository}, for {wanted}")


def _deployment(aws: Aws, service: ServiceOutputs, live: Live) -> Finding:
    name, under_way = "deployment", live.under_way
    if under_way is None:
        return Finding(name=name, verdict=Verdict.OK, says="none under way")
    says = f"{under_way.id} is under way ({under_way.status}); a service has one at a time"
    if under_way.status == "Ready":
        fix = f"{command('approve', aws, service)}, or {command('stop', aws, service)}"
    elif under_way.old_tasks_wait:
        says = f"{under_way.id} has moved all traffic; its old tasks wait for their end"
        fix = f"{command('finish', aws, service)} ends the wait; --wait-for-old-tasks waits with them"
    else:
        fix = f"{command('watch', aws, service)}, or {command('stop', aws, service)}"
    return Finding(name=name, verdict=Verdict.REFUSED, says=says, fix=fix)


def _steady(aws: Aws, service: ServiceOutputs, live: Live) -> Finding:
    name, primary = "service", live.primary
    if live.under_way:
        return Finding(name=name, verdict=Verdict.OK, says="a deployment starts and stops its tasks")
    if primary is None:
        return Finding(
            name=name,
            verdict=Verdict.REFUSED,
            says="it has no primary tasks",
            fix=f"{command('status', aws, service)}; docs/runbook.md tells how a service is made anew",
        )
    if _is_steady(primary):
        return Finding(
            name=name, verdict=Verdict.OK, says=f"steady, {primary.running} of {primary.desired} tasks run"
        )
    return Finding(
        name=name,
        verdict=Verdict.REFUSED,
        says=f"not steady: {primary.running} of {primary.desired} tasks run, {primary.pending} start",
        fix="wait a minute; where its tasks never become healthy, a release may be the cure",
        may_be_forced=True,
    )


def _is_steady(tasks: TaskSet) -> bool:
    return tasks.steady and tasks.running == tasks.desired and not tasks.pending


def _scaling(aws: Aws, service: ServiceOutputs) -> Finding:
    with explained("ask for the scaling activities"):
        activities = aws.client("application-autoscaling").describe_scaling_activities(
            ServiceNamespace="ecs",
            ResourceId=f"service/{service.cluster}/{service.service}",
            ScalableDimension="ecs:service:DesiredCount",
            MaxResults=10,
        )["ScalingActivities"]
    moving = [each for each in activities if each["StatusCode"] in {"Pending", "InProgress"}]
    if not moving:
        return Finding(name="scaling", verdict=Verdict.OK, says="no action under way")
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshoot-service-auto-scaling.html
    return Finding(
        name="scaling",
        verdict=Verdict.WARNING,
        says=f"under way: {moving[0]['Description']} During a deployment nothing scales in, and what scales "
        "out counts for the old tasks first",
        fix="wait until it has ended, if the release can wait",
    )


def _alarms(aws: Aws, service: ServiceOutputs, live: Live) -> Finding:
    name = "alarms"
    missing = [alarm.name for alarm in live.alarms if alarm.state == MISSING]
    if missing:
        return Finding(
            name=name,
            verdict=Verdict.REFUSED,
            says=f"deployments watch alarms that do not exist: {', '.join(missing)}",
            fix=f"make deploy ENV={aws.environment.name} after a change of the thresholds makes them anew",
        )
    firing = [alarm for alarm in live.alarms if alarm.state == "ALARM"]
    if not firing:
        watched = f"{len(live.alarms)} watched, none in ALARM" if live.alarms else "none watched"
        return Finding(name=name, verdict=Verdict.OK, says=watched)
    says = "; ".join(f"{alarm.name} is in ALARM: {alarm.reason}" for alarm in firing)
    if live.controller == "CODE_DEPLOY":
        # https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html
        return Finding(
            name=name,
            verdict=Verdict.REFUSED,
            says=f"{says}. CodeDeploy stops a deployment whose alarm is active",
            fix=f"find out why ({command('status', aws, service)}), and wait for OK",
            may_be_forced=True,
        )
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    return Finding(
        name=name,
        verdict=Verdict.WARNING,
        says=f"{says}. ECS does not watch an alarm that fires when a deployment begins",
        fix="wait for OK, or nothing rolls the deployment back",
    )
