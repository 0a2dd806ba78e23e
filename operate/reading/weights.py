"""Where a listener rule sends requests: the weights of its target groups."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from operate.aws import Aws, error_code, explained
from operate.problem import OperateError

Weights = Mapping[str, int]
"""Weight by the target group's ARN, as a listener rule has them: shares, which need not add up to 100."""


def read_weights(aws: Aws, rule: str) -> Weights:
    """Where a rule sends requests now.

    Args:
        aws: The way to AWS.
        rule: ARN of the rule.

    Raises:
        OperateError: There is no such rule, or AWS refused to answer.
    """
    last = _actions(aws, rule)[-1]
    groups = last.get("ForwardConfig", {}).get("TargetGroups", [])
    if not groups and "TargetGroupArn" in last:
        return {last["TargetGroupArn"]: 1}
    return {group["TargetGroupArn"]: group.get("Weight", 1) for group in groups}


def write_weights(aws: Aws, rule: str, weights: Weights) -> None:
    """Send a rule's requests elsewhere; its conditions and stickiness stay.

    Args:
        aws: The way to AWS.
        rule: ARN of the rule.
        weights: The new ones, of all its target groups.

    Raises:
        OperateError: The rule does more than forward, or AWS refused.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html
    """
    actions = _actions(aws, rule)
    kinds = [action["Type"] for action in actions]
    if kinds != ["forward"]:
        raise OperateError(
            f"The listener rule {rule} does more than forward: {', '.join(kinds)}.",
            cause="it was changed by hand; a rule that deployments move has one forward action.",
        )
    kept = {key: value for key, value in actions[0].get("ForwardConfig", {}).items() if key != "TargetGroups"}
    groups = [{"TargetGroupArn": group, "Weight": weight} for group, weight in weights.items()]
    with explained("change the listener rule"):
        aws.client("elbv2").modify_rule(
            RuleArn=rule, Actions=[{"Type": "forward", "ForwardConfig": {**kept, "TargetGroups": groups}}]
        )


def percent(weights: Weights, target_group: str | None) -> int:
    """A target group's share of a rule's traffic.

    Args:
        weights: The rule's.
        target_group: ARN of the group.
    """
    total = sum(weights.values())
    return round(100 * weights.get(target_group or "", 0) / total) if total else 0


def _actions(aws: Aws, rule: str) -> Sequence[Mapping[str, Any]]:
    try:
        with explained("read the listener rule"):
            return aws.client("elbv2").describe_rules(RuleArns=[rule])["Rules"][0]["Actions"]
    except OperateError as error:
        if isinstance(error.__cause__, ClientError) and error_code(error.__cause__) == "RuleNotFound":
            raise OperateError(
                f"The listener rule {rule} does not exist.",
                cause="it was deleted by hand; the service's stack still names it.",
                next_step=f"docs/runbook.md tells how a rule is made anew in {aws.environment.name}.",
            ) from error
        raise
