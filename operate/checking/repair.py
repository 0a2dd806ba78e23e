"""`doctor --repair`: the listener rules back to the tasks that ECS holds for the live ones."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import typer
from rich.console import Console

from operate.aws import Aws, explained
from operate.checking.checks import weights_agree
from operate.checking.finding import Verdict
from operate.outputs import Deployed, ServiceOutputs
from operate.problem import OperateError
from operate.reading.live import Live, read
from operate.reading.weights import Weights, percent, write_weights
from operate.words import command


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What one service needs.

    Args:
        service: The service.
        live: How it was when the plan was made.
        rules: The ARN of each rule to change, by what it is for.
        weights: What they get.
    """

    service: ServiceOutputs
    live: Live
    rules: Mapping[str, str]
    weights: Weights


def repair(deployed: Deployed, *, agree: Callable[[str], bool], console: Console) -> None:
    """Put the rules of all services to their primary task sets, once somebody has agreed.

    Args:
        deployed: The environment.
        agree: Asks a person a question.
        console: Where to say what is done.

    Raises:
        OperateError: A deployment is under way, nobody healthy would meet the users, or nobody agreed.
    """
    aws = deployed.aws
    plans = [plan for name in deployed.service_names() if (plan := _plan(deployed, name))]
    if not plans:
        console.print("Nothing to repair: every rule sends its users to the live tasks.", highlight=False)
        return
    for plan in plans:
        for purpose, rule in plan.rules.items():
            console.print(_sentence(plan, purpose, rule), highlight=False, markup=False, soft_wrap=True)
    if not agree("Change these rules now?"):
        raise OperateError("Nothing was changed.", next_step="the same command with --yes does not ask.")
    for plan in plans:
        # Somebody may have started a deployment while the question stood: it owns the weights from then on.
        _refuse_change(aws, plan)
        for purpose, rule in plan.rules.items():
            write_weights(aws, rule, plan.weights)
            console.print(f"{plan.service.name}: the {purpose} rule is changed.", highlight=False)


def agreement(*, yes: bool) -> Callable[[str], bool]:
    """How a person is asked.

    Args:
        yes: Whether the answer was given beforehand.
    """
    if yes:
        return lambda _: True
    if not sys.stdin.isatty():
        return lambda _: False  # nobody is there to answer
    return lambda question: typer.confirm(question, err=True)


def _plan(deployed: Deployed, name: str) -> _Plan | None:
    aws = deployed.aws
    service = deployed.service(name)
    live = read(aws, service)
    if live.under_way:
        raise OperateError(
            f"{name}: the deployment {live.under_way.id} is under way, and the weights are its own.",
            next_step=f"{command('watch', aws, service)}, or {command('stop', aws, service)}.",
        )
    finding = weights_agree(aws, service, live)
    if finding.verdict is Verdict.OK:
        return None
    primary = live.primary
    if primary is None or primary.target_group is None:
        raise OperateError(f"{name}: {finding.says}.")
    _refuse_unhealthy(aws, service, primary.target_group)
    groups = [group for group in (service.blue, service.green) if group]
    rules = {
        "production": service.production_rule,
        **({"test": service.test_rule} if service.test_rule else {}),
    }
    split = {"production": live.production, "test": live.test}
    return _Plan(
        service=service,
        live=live,
        rules={
            purpose: rule
            for purpose, rule in rules.items()
            if percent(split[purpose], primary.target_group) != 100
        },
        weights={group: 100 if group == primary.target_group else 0 for group in groups},
    )


def _refuse_unhealthy(aws: Aws, service: ServiceOutputs, target_group: str) -> None:
    with explained("ask for the health of the tasks"):
        targets = aws.client("elbv2").describe_target_health(TargetGroupArn=target_group)[
            "TargetHealthDescriptions"
        ]
    if not any(each["TargetHealth"]["State"] == "healthy" for each in targets):
        raise OperateError(
            f"{service.name}: none of the {len(targets)} tasks that users would be sent to is healthy.",
            next_step=f"{command('status', aws, service)} and the service's log say why.",
        )


def _refuse_change(aws: Aws, plan: _Plan) -> None:
    now = read(aws, plan.service)
    if now.under_way or now.primary != plan.live.primary or now.production != plan.live.production:
        raise OperateError(
            f"{plan.service.name} has changed meanwhile; nothing of it was repaired.",
            next_step=f"{command('status', aws, plan.service)} shows what is going on.",
        )


def _sentence(plan: _Plan, purpose: str, rule: str) -> str:
    names = {plan.service.blue: "blue", plan.service.green: "green"}
    before = plan.live.production if purpose == "production" else plan.live.test
    was = ", ".join(f"{names.get(group, group)} {weight}" for group, weight in before.items())
    will = ", ".join(f"{names.get(group, group)} {weight}" for group, weight in plan.weights.items())
    return f"{plan.service.name}: the {purpose} rule goes from {was} to {will} ({rule})."
