"""List prices by region. The one file to change where AWS's or yours are others.

On demand, in US dollars, without taxes, discounts and free tiers, as of November 2026. Before you decide by
them, compare with AWS's own pages:
https://aws.amazon.com/fargate/pricing/
https://aws.amazon.com/vpc/pricing/ (NAT gateways, public addresses)
https://aws.amazon.com/privatelink/pricing/
https://aws.amazon.com/elasticloadbalancing/pricing/
https://aws.amazon.com/cloudwatch/pricing/
https://aws.amazon.com/kms/pricing/
https://aws.amazon.com/waf/pricing/
"""

from collections.abc import Mapping
from dataclasses import dataclass

HOURS = 730
"""Of a month, as AWS's calculator counts it."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What stands costs by the hour or the month, and what flows by the GB.

    Args:
        vcpu_hour: A vCPU of Fargate, by processor.
        gb_hour: A GB of Fargate's memory, by processor.
        spot: What Fargate Spot takes of that. AWS says "up to 70 % less", and it moves.
        load_balancer_hour: A load balancer, its capacity units aside.
        nat_gateway_hour: A NAT gateway.
        nat_gateway_gb: What flows through one.
        endpoint_hour: An interface endpoint in one zone.
        endpoint_gb: What flows through one.
        public_address_hour: A public IPv4 address in use.
        key_month: A key of KMS; each of its first two rotations adds as much.
        alarm_metric_month: Each metric that an alarm looks at.
        web_acl_month: A web ACL of WAF.
        web_acl_rule_month: Each of its rules and managed rule groups.
    """

    vcpu_hour: Mapping[str, float]
    gb_hour: Mapping[str, float]
    spot: float = 0.3
    load_balancer_hour: float
    nat_gateway_hour: float
    nat_gateway_gb: float
    endpoint_hour: float
    endpoint_gb: float
    public_address_hour: float = 0.005
    key_month: float = 1.0
    alarm_metric_month: float = 0.1
    web_acl_month: float = 5.0
    web_acl_rule_month: float = 1.0


PRICES: Mapping[str, Prices] = {
    "eu-central-1": Prices(
        vcpu_hour={"X86_64": 0.04656, "ARM64": 0.03725},
        gb_hour={"X86_64": 0.00511, "ARM64": 0.00409},
        load_balancer_hour=0.027,
        nat_gateway_hour=0.052,
        nat_gateway_gb=0.052,
        endpoint_hour=0.012,
        endpoint_gb=0.01,
    ),
    "ap-northeast-1": Prices(
        vcpu_hour={"X86_64": 0.05056, "ARM64": 0.04045},
        gb_hour={"X86_64": 0.00553, "ARM64": 0.00442},
        load_balancer_hour=0.0243,
        nat_gateway_hour=0.062,
        nat_gateway_gb=0.062,
        endpoint_hour=0.014,
        endpoint_gb=0.01,
    ),
    "us-east-1": Prices(
        vcpu_hour={"X86_64": 0.04048, "ARM64": 0.03238},
        gb_hour={"X86_64": 0.004445, "ARM64": 0.00356},
        load_balancer_hour=0.0225,
        nat_gateway_hour=0.045,
        nat_gateway_gb=0.045,
        endpoint_hour=0.01,
        endpoint_gb=0.01,
    ),
}
