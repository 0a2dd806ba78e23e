"""Load balancers and target groups."""

from typing import Any

from rehearsal.models.resource import Properties, RefusedError, Resource, only
from rehearsal.models.tags import removed_keys


def retag(elb: Any, arn: str, new: Properties, old: Properties) -> None:
    """Give a resource of Elastic Load Balancing the new tags."""
    gone = removed_keys(new, old)
    if gone:
        elb.remove_tags(ResourceArns=[arn], TagKeys=gone)
    if new.get("Tags"):
        elb.add_tags(ResourceArns=[arn], Tags=new["Tags"])


def full_name(arn: str) -> str:
    """What metrics call a load balancer or target group: its ARN from the resource type on."""
    name = arn.rsplit(":", 1)[1]
    return name.removeprefix("loadbalancer/")


class LoadBalancer(Resource):
    """AWS::ElasticLoadBalancingV2::LoadBalancer."""

    type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    named_by = "Name"

    def create(self, new: Properties) -> None:
        """CreateLoadBalancer and its attributes."""
        same = ("Subnets", "SubnetMappings", "SecurityGroups", "Scheme", "Type", "IpAddressType", "Tags")
        wanted = {"Scheme": "internet-facing", **only(new, *same)}
        answer = self.aws("elbv2").create_load_balancer(Name=self.name, **wanted)
        made = answer["LoadBalancers"][0]
        self.physical_id = made["LoadBalancerArn"]
        self.attributes = {
            "LoadBalancerArn": self.physical_id,
            "LoadBalancerName": made["LoadBalancerName"],
            "LoadBalancerFullName": full_name(self.physical_id),
            "DNSName": made["DNSName"],
            "CanonicalHostedZoneID": made["CanonicalHostedZoneId"],
            "SecurityGroups": made.get("SecurityGroups", []),
        }
        self._set_attributes(new)

    def update(self, new: Properties) -> None:
        """SetSecurityGroups, SetSubnets, attributes and tags."""
        old = self.properties
        elb = self.aws("elbv2")
        if new.get("SecurityGroups") != old.get("SecurityGroups"):
            elb.set_security_groups(LoadBalancerArn=self.physical_id, SecurityGroups=new["SecurityGroups"])
            self.attributes["SecurityGroups"] = new["SecurityGroups"]
        if new.get("Subnets") != old.get("Subnets"):
            elb.set_subnets(LoadBalancerArn=self.physical_id, Subnets=new["Subnets"])
        self._set_attributes(new)
        retag(elb, self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteLoadBalancer, which AWS refuses under deletion protection and moto does not."""
        elb = self.aws("elbv2")
        attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=self.physical_id)["Attributes"]
        if {"Key": "deletion_protection.enabled", "Value": "true"} in attributes:
            raise RefusedError(
                f"Load balancer '{self.physical_id}' cannot be deleted because deletion protection is enabled"
            )
        elb.delete_load_balancer(LoadBalancerArn=self.physical_id)

    def _set_attributes(self, new: Properties) -> None:
        wanted = new.get("LoadBalancerAttributes")
        if wanted:
            self.aws("elbv2").modify_load_balancer_attributes(
                LoadBalancerArn=self.physical_id, Attributes=wanted
            )


class TargetGroup(Resource):
    """AWS::ElasticLoadBalancingV2::TargetGroup."""

    type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    named_by = "Name"

    def create(self, new: Properties) -> None:
        """CreateTargetGroup and its attributes."""
        fixed = ("Protocol", "ProtocolVersion", "Port", "VpcId", "TargetType", "IpAddressType", "Tags")
        answer = self.aws("elbv2").create_target_group(
            Name=self.name, **only(new, *fixed), **_health_check(new)
        )
        made = answer["TargetGroups"][0]
        self.physical_id = made["TargetGroupArn"]
        self.attributes = {
            "TargetGroupArn": self.physical_id,
            "TargetGroupName": made["TargetGroupName"],
            "TargetGroupFullName": full_name(self.physical_id),
            "LoadBalancerArns": [],
        }
        self._set_attributes(new)

    def update(self, new: Properties) -> None:
        """ModifyTargetGroup, attributes and tags."""
        old = self.properties
        elb = self.aws("elbv2")
        health_check = _health_check(new)
        if health_check != _health_check(old):
            elb.modify_target_group(TargetGroupArn=self.physical_id, **health_check)
        self._set_attributes(new)
        retag(elb, self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteTargetGroup, refused while a rule forwards to it."""
        self.aws("elbv2").delete_target_group(TargetGroupArn=self.physical_id)

    def _set_attributes(self, new: Properties) -> None:
        wanted = new.get("TargetGroupAttributes")
        if wanted:
            self.aws("elbv2").modify_target_group_attributes(
                TargetGroupArn=self.physical_id, Attributes=wanted
            )


def _health_check(new: Properties) -> Properties:
    return only(
        new,
        "HealthCheckEnabled",
        "HealthCheckIntervalSeconds",
        "HealthCheckPath",
        "HealthCheckPort",
        "HealthCheckProtocol",
        "HealthCheckTimeoutSeconds",
        "HealthyThresholdCount",
        "UnhealthyThresholdCount",
        "Matcher",
    )
