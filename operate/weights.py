"""Where a listener rule sends requests: the weights of its target groups."""

from collections.abc import Mapping

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
    try:
        with explained("read the listener rule"):
            found = aws.client("elbv2").describe_rules(RuleArns=[rule])["Rules"][0]
    except OperateError as error:
        if isinstance(error.__cause__, ClientError) and error_code(error.__cause__) == "RuleNotFound":
            raise OperateError(
                f"The listener rule {rule} does not exist.",
                cause="it was deleted by hand; the service's stack still names it.",
                next_step=f"docs/runbook.md tells how a rule is made anew in {aws.environment.name}.",
            ) from error
        raise
    last = found["Actions"][-1]
    groups = last.get("ForwardConfig", {}).get("TargetGroups", [])
    if not groups and "TargetGroupArn" in last:
        return {last["TargetGroupArn"]: 1}
    return {group["TargetGroupArn"]: group.get("Weight", 1) for group in groups}


def percent(weights: Weights, target_group: str | None) -> int:
    """A target group's share of a rule's traffic.

    Args:
        weights: The rule's.
        target_group: ARN of the group.
    """
    total = sum(weights.values())
    return round(100 * weights.get(target_group or "", 0) / total) if total else 0
