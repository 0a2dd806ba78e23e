"""Say, beside a construct, why a finding of a rule set does not apply to it."""

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(construct: IConstruct, findings: dict[str, str]) -> None:
    """Acknowledge findings on one construct, never on a stack.

    The namespaced id is what leaves a trail in the validation report; the bare one leaves none.

    Args:
        construct: The construct the findings speak of; its children are included.
        findings: The reason for each rule: of cdk-nag's pack, such as `AwsSolutions-IAM5[Resource::*]`, or of
            CDK's own template validation, such as `W3010`.
    """
    cdk.Validations.of(construct).acknowledge(
        *(
            cdk.Acknowledgment(id=f"{_rule_set(rule)}::{rule}", reason=reason)
            for rule, reason in findings.items()
        )
    )


def _rule_set(rule: str) -> str:
    return "AwsSolutions" if rule.startswith("AwsSolutions-") else "CloudFormation-Validate"
