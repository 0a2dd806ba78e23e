"""Values that only CloudFormation will know, told by their form: to ask CDK is a call into Node.

https://docs.aws.amazon.com/cdk/v2/guide/tokens.html#tokens-encoded
"""


def is_token(value: str | float) -> bool:
    """Whether CDK has put something in the place of a value, or of a part of it."""
    # CDK's numbers for it lie around -1.9e289.
    return "${Token[" in value if isinstance(value, str) else value < -1e200
