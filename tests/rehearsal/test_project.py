"""The project's own story, with the real CLI: deploy, deploy again, swap, change one thing, destroy."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from environments import load_environments
from environments.model import Environment
from rehearsal import assembly, inventory, releases, report
from rehearsal.cdk import Cdk, Run
from rehearsal.inventory import Inventory
from rehearsal.inventory.containers import Service
from rehearsal.inventory.release import DeploymentGroup
from rehearsal.inventory.traffic import Listener, Rule
from rehearsal.journal import Kind
from rehearsal.server import EmbeddedAws
from tests.rehearsal.changed_app import NEW_PATH

STACKS = "dev/*"
# What a destroyed dev leaves behind on purpose, by type.
RETAINED = {
    # A revision may be the live or the previous one; CodeDeploy, not CloudFormation, knows.
    "AWS::ECS::TaskDefinition",
    # Logs of builds, made and kept by CDK and deploy-time-build.
    "AWS::Logs::LogGroup",
}


def test_the_project_from_nothing_to_nothing(tmp_path: Path) -> None:
    dev = next(environment for environment in load_environments() if environment.name == "dev")
    changed_app = f"{sys.executable} -m tests.rehearsal.changed_app"
    with EmbeddedAws(region=dev.region) as aws:
        cdk = Cdk(aws, assembly=tmp_path / "out")
        changed = Cdk(aws, assembly=tmp_path / "changed", app=changed_app)
        with cdk.bootstrapping() as account, changed.synthesizing() as other:
            cdk.synth()
            account.wait()
            deployed = cdk.deploy(STACKS)
            made = inventory.take(aws.client)
            check_that_all_was_made(deployed, tmp_path / "out")
            check_inventory(made, dev)
            check_report(made, deployed)

            again = cdk.deploy(STACKS)
            assert again.entries == []
            assert again.log.count("(no changes)") == len(dev.services) + 3

            first = dev.services[0].name
            check_release_and_rollback(aws, made, first)
            swap(aws.client("elbv2"), production_rule(made, first))
            other.wait()
        check_change(changed.deploy(STACKS), made, inventory.take(aws.client), first)

        check_leftovers(changed.destroy(STACKS), inventory.take(aws.client))


def check_that_all_was_made(deployed: Run, out: Path) -> None:
    """Every resource of every template was created, none skipped, none without an effect."""
    templates = [stack for stack in assembly.stacks(out) if stack.path.startswith("dev/")]
    wanted = {(stack.name, logical_id) for stack in templates for logical_id in stack.template["Resources"]}
    made = {(event.stack, event.logical_id) for event in deployed.events("CREATE_COMPLETE")}
    assert made - {(stack.name, stack.name) for stack in templates} == wanted
    unreal = [entry for entry in deployed.entries if entry.kind in {Kind.SKIPPED, Kind.NOT_SHOWN}]
    assert unreal == []


def check_inventory(made: Inventory, dev: Environment) -> None:
    """What boto3 sees is what the environment asks for."""
    (vpc,) = made.vpcs
    assert (vpc.cidr, vpc.default_group_closed, vpc.nat_gateways) == (dev.network.cidr, True, 0)
    assert {(s.zone, s.cidr) for s in vpc.subnets if s.public} == {
        (zone.name, zone.public_cidr) for zone in dev.network.zones
    }
    assert {(s.zone, s.cidr) for s in vpc.subnets if not s.public} == {
        (zone.name, zone.private_cidr) for zone in dev.network.zones
    }
    assert {e.service for e in vpc.endpoints} >= {"ecr.api", "ecr.dkr", "logs", "s3"}

    (cluster,) = made.clusters
    assert cluster.insights == "enhanced"
    assert set(cluster.strategy) == {"FARGATE", "FARGATE_SPOT"}
    wanted = dev.services[0]
    service = service_named(made, wanted.name)
    assert (service.controller, service.desired) == ("CODE_DEPLOY", 1)
    task = service.task_definition
    assert (task.cpu, task.memory) == (str(wanted.cpu), str(wanted.memory_mib))
    assert task.architecture == wanted.architecture
    assert task.execution_role != task.task_role
    assert {task.execution_role, task.task_role} <= {role.name for role in made.roles}

    repository = next(item for item in made.repositories if item.name == f"dev/{wanted.name}")
    assert (repository.mutability, repository.scan_on_push) == ("IMMUTABLE", True)
    image = task.images[0]
    assert [f"/{repository.name}:{tag}" for tag in repository.tags] == [image[image.index("/") :]]

    group = group_of(made, wanted.name)
    assert group.termination_wait_minutes == wanted.deployment.termination_wait_minutes
    assert {alarm for each in made.deployment_groups for alarm in each.alarms} == set(made.alarms)
    assert "DEPLOYMENT_STOP_ON_ALARM" in group.rollback_on
    names = {item.arn: item.name for item in made.target_groups}
    blue, green = group.target_groups
    assert [names[arn] for arn in service.target_groups] == [blue]
    for arns in (group.production_listeners, group.test_listeners):
        (listener,) = (item for item in listeners(made) if item.arn in arns)
        *rules, default = listener.rules
        rule = rule_of(rules, service)
        assert {names[arn]: weight for arn, weight in rule.weights.items()} == {blue: 100, green: 0}
        assert rule.priority == str(wanted.routing.priority)
        assert default.answer == "answer 404"

    resource = f"service/{cluster.name}/{wanted.name}"
    target = next(each for each in made.scaling_targets if each.resource == resource)
    assert (target.minimum, target.maximum) == (wanted.scaling.min_tasks, wanted.scaling.max_tasks)
    assert target.policies


def check_report(made: Inventory, deployed: Run) -> None:
    """What the demo prints has the URL, and names each resource that was not really made."""
    console = Console(file=io.StringIO(), width=200)
    report.show(made, console)
    report.show_unreal(deployed.entries, console)
    text = console.file.getvalue()  # type: ignore[attr-defined] - a StringIO
    assert f"URL {made.load_balancers[0].url}" in text
    assert "blue 100, green 0" in text
    assert "Custom::CDKContainerImageBuild" in text
    assert "Custom::SwapSafeListenerRule" in text
    assert report.NOT_RUN in text


def check_release_and_rollback(aws: EmbeddedAws, made: Inventory, first: str) -> None:
    """The commands that people type move the traffic to a new revision, and back."""
    service = service_named(made, first)
    releases.show(aws, "dev", service, Console(file=io.StringIO()))

    codedeploy = aws.client("codedeploy")
    ids = codedeploy.list_deployments()["deployments"]
    infos = codedeploy.batch_get_deployments(deploymentIds=ids)["deploymentsInfo"]
    assert [(info["status"], info["creator"]) for info in infos] == [
        ("Succeeded", "codeDeployRollback"),
        ("Stopped", "user"),
    ]
    assert infos[1]["instanceTerminationWaitTimeStarted"], "all traffic had moved"
    left = inventory.take(aws.client)
    assert production_rule(left, first).weights == production_rule(made, first).weights
    (live,) = aws.client("ecs").describe_services(cluster="dev", services=[first])["services"]
    assert live["taskDefinition"].endswith(service.task_definition.revision)


def listeners(found: Inventory) -> list[Listener]:
    return [listener for load_balancer in found.load_balancers for listener in load_balancer.listeners]


def service_named(found: Inventory, name: str) -> Service:
    return next(service for service in found.services if service.name == name)


def group_of(found: Inventory, name: str) -> DeploymentGroup:
    return next(group for group in found.deployment_groups if group.services == [f"dev/{name}"])


def rule_of(rules: Sequence[Rule], service: Service) -> Rule:
    """The rule of a listener that serves a service."""
    return next(rule for rule in rules if set(service.target_groups) <= set(rule.weights))


def production_rule(found: Inventory, name: str) -> Rule:
    """The rule that serves a service's users."""
    production = group_of(found, name).production_listeners
    listener = next(listener for listener in listeners(found) if listener.arn in production)
    return rule_of(listener.rules, service_named(found, name))


def swap(elb: Any, rule: Rule) -> None:
    """Move all traffic to green, as CodeDeploy does."""
    blue, green = rule.weights
    groups = [{"TargetGroupArn": blue, "Weight": 0}, {"TargetGroupArn": green, "Weight": 100}]
    elb.modify_rule(
        RuleArn=rule.arn, Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    )


def check_change(run: Run, before: Inventory, after: Inventory, first: str) -> None:
    """The path changed, in place and alone, and the live weights did not."""
    updated = [event for event in run.events("UPDATE_COMPLETE") if event.logical_id != event.stack]
    assert {(event.stack, event.type) for event in updated} == {
        (f"dev-{first}", "Custom::SwapSafeListenerRule")
    }
    assert run.events("DELETE_COMPLETE") == []
    old, new = production_rule(before, first), production_rule(after, first)
    assert new.arn == old.arn
    assert new.conditions == [f"path-pattern {NEW_PATH}"]
    assert list(new.weights.values()) == [0, 100]


def check_leftovers(destroyed: Run, left: Inventory) -> None:
    """Nothing is left but what is retained on purpose."""
    kept = destroyed.events("DELETE_SKIPPED")
    assert {event.type for event in kept} <= RETAINED
    groups = [event for event in kept if event.type == "AWS::Logs::LogGroup"]
    assert len(left.log_groups) == len(groups)
    rest = {name: value for name, value in vars(left).items() if value and name != "log_groups"}
    assert rest == {}
