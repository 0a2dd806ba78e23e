"""The physical names CloudFormation generates: stack, logical id, twelve random characters, cut to length."""

import secrets
import string

_ALPHABET = string.ascii_uppercase + string.digits
_SUFFIX_LENGTH = 12
# The services' own limits. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
_LONGEST = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 32,
    "AWS::ElasticLoadBalancingV2::TargetGroup": 32,
    "AWS::IAM::Role": 64,
    "AWS::Lambda::Function": 64,
    "AWS::S3::Bucket": 63,
    "AWS::SQS::Queue": 80,
}
_LOWER_CASE = {"AWS::ECR::Repository", "AWS::S3::Bucket"}
# With 32 characters in all, CloudFormation keeps six of the stack and six of the logical id.
_SHORT_PARTS = {"AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup"}


def generate(resource_type: str, stack: str, logical_id: str) -> str:
    """A physical name for a resource whose template gives none."""
    suffix = "".join(secrets.choice(_ALPHABET) for _ in range(_SUFFIX_LENGTH))
    if resource_type in _SHORT_PARTS:
        return f"{stack[:6].strip('-')}-{logical_id[:6]}-{suffix}"
    room = _LONGEST.get(resource_type, 128) - len(suffix) - 2
    logical = logical_id[: max(room - len(stack), room // 2)]
    name = f"{stack[: room - len(logical)].rstrip('-')}-{logical}-{suffix}"
    return name.lower() if resource_type in _LOWER_CASE else name
