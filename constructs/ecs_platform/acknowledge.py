"""Say, beside a construct, why a finding of the AwsSolutions pack does not apply to it."""

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(construct: IConstruct, findings: dict[str, str]) -> None:
    """Acknowledge findings of cdk-nag's AwsSolutions pack on one construct, never on a stack.

    The namespaced id is what leaves a trail in the validation report; the bare one leaves none.

    Args:
        construct: The construct the findings speak of; its children are included.
        findings: The reason for each rule id, such as `{"AwsSolutions-IAM5[Resource::*]": "..."}`.
    """
    cdk.Validations.of(construct).acknowledge(
        *(
            cdk.Acknowledgment(id=f"AwsSolutions::{rule}", reason=reason)
            for rule, reason in findings.items()
        )
    )
