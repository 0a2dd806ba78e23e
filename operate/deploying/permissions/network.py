"""What CloudFormation needs for the types of resources of: network, load balancer, certificate, firewall."""

from collections.abc import Mapping

from operate.deploying.permissions.scopes import (
    ANYTHING,
    HOSTED_ZONE,
    IN_REGION,
    LINK,
    PASS,
    Needs,
    linked_to,
    of,
    passed_to,
)

_EC2_TAGS = "ec2:CreateTags ec2:DeleteTags ec2:DescribeTags"
_ELB = "elasticloadbalancing"
_ELB_TAGS = f"{_ELB}:AddTags {_ELB}:DescribeTags {_ELB}:RemoveTags"

NETWORK: Mapping[str, Needs] = {
    "AWS::CertificateManager::Certificate": {
        IN_REGION: of(
            "acm",
            "AddTagsToCertificate DeleteCertificate DescribeCertificate ListCertificates "
            "ListTagsForCertificate RemoveTagsFromCertificate RequestCertificate "
            "UpdateCertificateOptions",
        ),
        HOSTED_ZONE: "route53:ChangeResourceRecordSets",
    },
    "AWS::EC2::EIP": {
        IN_REGION: of(
            "ec2", "AllocateAddress AssociateAddress DescribeAddresses DisassociateAddress ReleaseAddress"
        )
        + f" {_EC2_TAGS}"
    },
    "AWS::EC2::FlowLog": {
        IN_REGION: f"ec2:CreateFlowLogs ec2:DeleteFlowLogs ec2:DescribeFlowLogs {_EC2_TAGS}",
        ANYTHING: "logs:CreateLogDelivery logs:DeleteLogDelivery",
        passed_to("vpc-flow-logs.amazonaws.com"): PASS,
        linked_to("delivery.logs.amazonaws.com"): LINK,
    },
    "AWS::EC2::InternetGateway": {
        IN_REGION: f"{of('ec2', 'CreateInternetGateway DeleteInternetGateway DescribeInternetGateways')} "
        f"{_EC2_TAGS}"
    },
    "AWS::EC2::NatGateway": {
        IN_REGION: f"ec2:CreateNatGateway ec2:DeleteNatGateway ec2:DescribeNatGateways {_EC2_TAGS}"
    },
    "AWS::EC2::Route": {
        IN_REGION: of(
            "ec2", "CreateRoute DeleteRoute DescribeNetworkInterfaces DescribeRouteTables ReplaceRoute"
        )
    },
    "AWS::EC2::RouteTable": {
        IN_REGION: f"ec2:CreateRouteTable ec2:DeleteRouteTable ec2:DescribeRouteTables {_EC2_TAGS}"
    },
    "AWS::EC2::SecurityGroup": {
        IN_REGION: of(
            "ec2",
            "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateSecurityGroup "
            "DeleteSecurityGroup DescribeInstances DescribeSecurityGroups "
            "RevokeSecurityGroupEgress RevokeSecurityGroupIngress "
            "UpdateSecurityGroupRuleDescriptionsEgress "
            "UpdateSecurityGroupRuleDescriptionsIngress",
        )
        + f" {_EC2_TAGS}"
    },
    "AWS::EC2::SecurityGroupEgress": {
        IN_REGION: of(
            "ec2",
            "AuthorizeSecurityGroupEgress DescribeSecurityGroupRules RevokeSecurityGroupEgress "
            "UpdateSecurityGroupRuleDescriptionsEgress",
        )
    },
    "AWS::EC2::SecurityGroupIngress": {
        IN_REGION: of(
            "ec2",
            "AuthorizeSecurityGroupIngress DescribeSecurityGroupRules DescribeSecurityGroups "
            "RevokeSecurityGroupIngress UpdateSecurityGroupRuleDescriptionsIngress",
        )
    },
    "AWS::EC2::Subnet": {
        IN_REGION: of(
            "ec2", "CreateSubnet DeleteSubnet DescribeNetworkAcls DescribeSubnets ModifySubnetAttribute"
        )
        + f" {_EC2_TAGS}"
    },
    "AWS::EC2::SubnetRouteTableAssociation": {
        IN_REGION: of(
            "ec2",
            "AssociateRouteTable DescribeRouteTables DescribeSubnets DisassociateRouteTable "
            "ReplaceRouteTableAssociation",
        )
    },
    "AWS::EC2::VPC": {
        IN_REGION: of(
            "ec2",
            "CreateVpc DeleteVpc DescribeNetworkAcls DescribeSecurityGroups DescribeVpcAttribute "
            "DescribeVpcEncryptionControls DescribeVpcs ModifyVpcAttribute ModifyVpcTenancy",
        )
        + f" {_EC2_TAGS}"
    },
    "AWS::EC2::VPCEndpoint": {
        IN_REGION: of(
            "ec2",
            "CreateVpcEndpoint DeleteVpcEndpoints DescribeSecurityGroups DescribeSubnets "
            "DescribeVpcEndpoints DescribeVpcs ModifyVpcEndpoint",
        )
        + f" {_EC2_TAGS}"
    },
    "AWS::EC2::VPCGatewayAttachment": {
        IN_REGION: of(
            "ec2",
            "AttachInternetGateway DescribeInternetGateways DescribeVpnGateways DetachInternetGateway",
        )
    },
    "AWS::ElasticLoadBalancingV2::Listener": {
        IN_REGION: of(
            _ELB,
            "CreateListener DeleteListener DescribeListenerAttributes DescribeListeners "
            "ModifyListener ModifyListenerAttributes",
        )
        + f" {_ELB_TAGS}"
    },
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {
        IN_REGION: of(
            _ELB,
            "CreateLoadBalancer DeleteLoadBalancer DescribeCapacityReservation "
            "DescribeLoadBalancerAttributes DescribeLoadBalancers ModifyLoadBalancerAttributes "
            "SetIpAddressType SetSecurityGroups SetSubnets",
        )
        + f" {_ELB_TAGS}",
        linked_to("elasticloadbalancing.amazonaws.com"): LINK,
    },
    "AWS::ElasticLoadBalancingV2::TargetGroup": {
        IN_REGION: of(
            _ELB,
            "CreateTargetGroup DeleteTargetGroup DescribeTargetGroupAttributes "
            "DescribeTargetGroups DescribeTargetHealth ModifyTargetGroup "
            "ModifyTargetGroupAttributes",
        )
        + f" ec2:DescribeVpcs {_ELB_TAGS}"
    },
    "AWS::Route53::RecordSet": {
        HOSTED_ZONE: "route53:ChangeResourceRecordSets route53:GetHostedZone route53:ListResourceRecordSets",
        ANYTHING: "route53:GetChange route53:ListHostedZones",
    },
    "AWS::WAFv2::LoggingConfiguration": {
        IN_REGION: of(
            "wafv2",
            "DeleteLoggingConfiguration GetLoggingConfiguration ListLoggingConfigurations "
            "PutLoggingConfiguration",
        ),
        ANYTHING: of(
            "logs",
            "CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies "
            "PutResourcePolicy",
        ),
        linked_to("wafv2.amazonaws.com"): LINK,
    },
    "AWS::WAFv2::WebACL": {
        IN_REGION: of(
            "wafv2",
            "CreateWebACL DeleteWebACL GetWebACL ListTagsForResource ListWebACLs TagResource "
            "UntagResource UpdateWebACL",
        )
    },
    "AWS::WAFv2::WebACLAssociation": {
        IN_REGION: of(
            "wafv2",
            "AssociateWebACL DisassociateWebACL GetPermissionPolicy GetWebACL "
            "GetWebACLForResource PutPermissionPolicy",
        )
        # Under this name alone does a load balancer let a web ACL be set.
        + f" {_ELB}:SetWebACL"
    },
}
