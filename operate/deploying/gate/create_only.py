"""Which properties of the resources under guard cannot change in place.

CloudFormation's schemas say so (`createOnlyProperties`). cfn-lint ships them, and a test keeps this table
equal to them; at run time nobody needs cfn-lint. Where a change only may replace, the change set tells.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from collections.abc import Mapping

CREATE_ONLY: Mapping[str, frozenset[str]] = {
    "AWS::EC2::Subnet": frozenset(
        {
            "AvailabilityZone",
            "AvailabilityZoneId",
            "CidrBlock",
            "Ipv4IpamPoolId",
            "Ipv4NetmaskLength",
            "Ipv6IpamPoolId",
            "Ipv6Native",
            "Ipv6NetmaskLength",
            "OutpostArn",
            "VpcId",
        }
    ),
    "AWS::EC2::VPC": frozenset({"CidrBlock", "Ipv4IpamPoolId", "Ipv4NetmaskLength", "VpcEncryptionControl"}),
    "AWS::ECR::Repository": frozenset({"EncryptionConfiguration", "RepositoryName"}),
    "AWS::ECS::Cluster": frozenset({"ClusterName"}),
    "AWS::ECS::Service": frozenset({"Cluster", "Role", "SchedulingStrategy", "ServiceName"}),
    "AWS::ElasticLoadBalancingV2::Listener": frozenset({"LoadBalancerArn"}),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": frozenset({"Name", "Scheme", "Type"}),
    "AWS::ElasticLoadBalancingV2::TargetGroup": frozenset(
        {"IpAddressType", "Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId"}
    ),
}
