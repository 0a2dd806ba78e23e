"""A load balancer with a pair of target groups, for the tests of what stands on it."""

from typing import Any

from tests.rehearsal.templates import Resources, ref, resource

NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}


def load_balancer(**properties: Any) -> Resources:
    """VPC, two subnets, load balancer, production listener and the pair."""
    vpc = {"VpcId": ref("Vpc")}
    group = {"Protocol": "HTTP", "Port": 8080, "TargetType": "ip", "HealthCheckPath": "/healthz"}
    return {
        "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        **{
            f"Subnet{zone.upper()}": resource(
                "AWS::EC2::Subnet",
                **vpc,
                CidrBlock=f"10.0.{number}.0/24",
                AvailabilityZone=f"eu-central-1{zone}",
            )
            for number, zone in enumerate("ab")
        },
        "Balancer": resource(
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            Type="application",
            Subnets=[ref("SubnetA"), ref("SubnetB")],
            **properties,
        ),
        "Listener": listener(80),
        "Blue": resource("AWS::ElasticLoadBalancingV2::TargetGroup", **vpc, **group),
        "Green": resource("AWS::ElasticLoadBalancingV2::TargetGroup", **vpc, **group),
    }


def listener(port: int, **properties: Any) -> dict[str, Any]:
    """A listener that answers 404."""
    return resource(
        "AWS::ElasticLoadBalancingV2::Listener",
        LoadBalancerArn=ref("Balancer"),
        Protocol="HTTP",
        Port=port,
        **{"DefaultActions": [NOT_FOUND], **properties},
    )


def rule(path: str, *, priority: int = 10, blue: int = 100) -> dict[str, Any]:
    """CloudFormation's own listener rule with the pair behind it."""
    groups = [
        {"TargetGroupArn": ref("Blue"), "Weight": blue},
        {"TargetGroupArn": ref("Green"), "Weight": 100 - blue},
    ]
    return resource(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        ListenerArn=ref("Listener"),
        Priority=priority,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
        Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
    )
