from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk.assertions import Match, Template

from ecs_platform.load_balancer.https import Https
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.load_balancer.waf import Waf
from ecs_platform.problem import ConfigurationError
from tests.unit.fakes import FakeNetwork

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
CLEAR_TEXT = "Nothing secret in a test."


def _certificate(stack: cdk.Stack) -> acm.ICertificate:
    return acm.Certificate.from_certificate_arn(
        stack, "Given", "arn:aws:acm:eu-central-1:111122223333:certificate/abc"
    )


def _zone(stack: cdk.Stack) -> route53.IHostedZone:
    return route53.HostedZone.from_hosted_zone_attributes(
        stack, "Zone", hosted_zone_id="Z0123456789", zone_name="example.com"
    )


def _plain(stack: cdk.Stack, **options: Any) -> LoadBalancer:
    return LoadBalancer(stack, "Lb", network=FakeNetwork(stack), plain_http_reason=CLEAR_TEXT, **options)


def _secure(stack: cdk.Stack, **options: Any) -> LoadBalancer:
    https = Https(domain_name="shop.example.com", certificate=_certificate(stack))
    return LoadBalancer(stack, "Lb", network=FakeNetwork(stack), https=https, **options)


def _listener(template: Template, port: int) -> Mapping[str, Any]:
    (found,) = template.find_resources(LISTENER, {"Properties": {"Port": port}}).values()
    return found


def _ingress(template: Template) -> set[tuple[str, int]]:
    (group,) = template.find_resources("AWS::EC2::SecurityGroup").values()
    return {
        (rule["CidrIp"], rule["FromPort"]) for rule in group["Properties"].get("SecurityGroupIngress", [])
    }


def _attributes(template: Template) -> dict[str, Any]:
    (alb,) = template.find_resources("AWS::ElasticLoadBalancingV2::LoadBalancer").values()
    return {item["Key"]: item["Value"] for item in alb["Properties"]["LoadBalancerAttributes"]}


def test_it_stands_in_the_public_subnets_and_drops_invalid_headers(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    _plain(stack)
    template().has_resource_properties(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"Scheme": "internet-facing", "Subnets": ["subnet-public-a", "subnet-public-b"]},
    )
    assert _attributes(template())["routing.http.drop_invalid_header_fields.enabled"] == "true"


def test_without_https_port_80_is_production_and_says_why(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    balancer = _plain(stack)
    assert balancer.production_listener is balancer.http_listener
    assert balancer.url.startswith("http://")
    template().resource_count_is(LISTENER, 2)
    http = _listener(template(), 80)
    assert http["Properties"]["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
    assert http["Metadata"]["PlainHttpReason"] == CLEAR_TEXT


def test_with_https_port_443_is_production_and_port_80_redirects(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    balancer = _secure(stack)
    assert balancer.production_listener is balancer.https_listener
    assert balancer.url == "https://shop.example.com"
    template().resource_count_is(LISTENER, 3)
    redirect = _listener(template(), 80)["Properties"]["DefaultActions"][0]
    assert redirect["RedirectConfig"] == {"Port": "443", "Protocol": "HTTPS", "StatusCode": "HTTP_301"}
    for port in (443, 9000):
        listener = _listener(template(), port)["Properties"]
        assert listener["Protocol"] == "HTTPS"
        assert listener["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
        assert listener["Certificates"] == [
            {"CertificateArn": "arn:aws:acm:eu-central-1:111122223333:certificate/abc"}
        ]
        assert listener["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "404"


def test_a_hosted_zone_validates_a_certificate_and_holds_the_alias(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    https = Https(domain_name="shop.example.com", hosted_zone=_zone(stack))
    LoadBalancer(stack, "Lb", network=FakeNetwork(stack), https=https)
    template().has_resource_properties(
        "AWS::CertificateManager::Certificate",
        {
            "DomainName": "shop.example.com",
            "DomainValidationOptions": [{"DomainName": "shop.example.com", "HostedZoneId": "Z0123456789"}],
        },
    )
    template().has_resource_properties(
        "AWS::Route53::RecordSet",
        {"Name": "shop.example.com.", "Type": "A", "AliasTarget": Match.any_value()},
    )


def test_a_given_certificate_makes_neither_certificate_nor_record(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    _secure(stack)
    template().resource_count_is("AWS::CertificateManager::Certificate", 0)
    template().resource_count_is("AWS::Route53::RecordSet", 0)


def test_only_the_ports_that_listen_are_open(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    _plain(stack)
    assert _ingress(template()) == {("0.0.0.0/0", 80)}


def test_the_test_listener_opens_to_stated_addresses_only(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    _secure(stack, test_listener_cidrs=["203.0.113.0/24"], client_cidrs=["198.51.100.0/24"])
    assert _ingress(template()) == {
        ("198.51.100.0/24", 80),
        ("198.51.100.0/24", 443),
        ("203.0.113.0/24", 9000),
    }


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "203.0.113.1/0"])
def test_a_test_listener_open_to_the_world_is_refused(stack: cdk.Stack, cidr: str) -> None:
    with pytest.raises(ConfigurationError, match=r"whole internet|not an IPv4 network"):
        _plain(stack, test_listener_cidrs=[cidr])


def test_a_test_listener_open_to_half_of_the_world_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refused:
        _plain(stack, test_listener_cidrs=["128.0.0.0/1"])
    assert str(refused.value) == (
        "The test listener would be open to 2,147,483,648 addresses: it serves versions nobody has approved. "
        "Allowed: the addresses of your office, VPN or CI, /8 or narrower, such as 203.0.113.0/24. "
        "Change: LoadBalancer(test_listener_cidrs=...)."
    )


def test_a_private_network_of_the_widest_may_test(stack: cdk.Stack) -> None:
    _plain(stack, test_listener_cidrs=["10.0.0.0/8"])


@pytest.mark.parametrize("option", ["test_listener_cidrs", "client_cidrs"])
def test_one_cidr_is_no_list(stack: cdk.Stack, option: str) -> None:
    with pytest.raises(ConfigurationError, match=rf'^"10\.0\.0\.0/8" stands alone\. .*{option}'):
        _plain(stack, **{option: "10.0.0.0/8"})


@pytest.mark.parametrize(
    "timeout", [cdk.Duration.seconds(0), cdk.Duration.seconds(4_001), cdk.Duration.millis(1_500)]
)
def test_an_idle_timeout_that_elb_does_not_take_is_refused(stack: cdk.Stack, timeout: cdk.Duration) -> None:
    with pytest.raises(ConfigurationError) as refused:
        _plain(stack, idle_timeout=timeout)
    assert str(refused.value) == (
        f"Silent connections would stay open for {timeout.to_seconds(integral=False):g} seconds. "
        "Allowed: 1 to 4,000 seconds, whole ones. Change: LoadBalancer(idle_timeout=...)."
    )


@pytest.mark.parametrize("option", ["test_listener_cidrs", "client_cidrs"])
def test_a_malformed_cidr_is_refused(stack: cdk.Stack, option: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"'10.0.0.1/8' is not an IPv4 network.*{option}"):
        _plain(stack, **{option: ["10.0.0.1/8"]})


def test_clear_text_needs_a_reason(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match="in clear text"):
        LoadBalancer(stack, "Lb", network=FakeNetwork(stack))


def test_a_reason_beside_https_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match="HTTPS is on"):
        _secure(stack, plain_http_reason="left over")


def test_https_needs_a_certificate_or_a_zone() -> None:
    with pytest.raises(ConfigurationError, match="neither a certificate nor a hosted zone"):
        Https(domain_name="shop.example.com")


@pytest.mark.parametrize(("options", "value"), [({}, "true"), ({"deletion_protection": False}, "false")])
def test_deletion_protection(
    stack: cdk.Stack, template: Callable[[], Template], options: dict[str, bool], value: str
) -> None:
    _plain(stack, **options)
    assert _attributes(template())["deletion_protection.enabled"] == value


def test_idle_timeout(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    _plain(stack, idle_timeout=cdk.Duration.seconds(90))
    assert _attributes(template())["idle_timeout.timeout_seconds"] == "90"


def test_access_logs_are_on_encrypted_private_and_expire(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    _plain(stack, access_log_retention=cdk.Duration.days(7))
    assert _attributes(template())["access_logs.s3.enabled"] == "true"
    template().has_resource(
        "AWS::S3::Bucket",
        {
            "DeletionPolicy": "Retain",
            "Properties": {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                    ]
                },
                "LifecycleConfiguration": {"Rules": [{"ExpirationInDays": 7, "Status": "Enabled"}]},
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                },
            },
        },
    )


def test_removable_logs_are_emptied_and_go(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    _plain(stack, removable=True)
    template().has_resource("AWS::S3::Bucket", {"DeletionPolicy": "Delete"})
    template().resource_count_is("Custom::S3AutoDeleteObjects", 1)
    template().has_resource("AWS::Logs::LogGroup", {"DeletionPolicy": "Delete"})


def test_the_rule_functions_log_is_kept_as_long_as_stated(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    _plain(stack, log_retention=logs.RetentionDays.TWO_WEEKS)
    template().has_resource("AWS::Logs::LogGroup", {"Properties": {"RetentionInDays": 14}})


def test_no_listener_rule_of_cloudformations_own(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    _secure(stack)
    template().resource_count_is("AWS::ElasticLoadBalancingV2::ListenerRule", 0)


@pytest.mark.parametrize("build", [_plain, _secure])
def test_no_finding(
    stack: cdk.Stack, findings: Callable[[], list[str]], build: Callable[..., LoadBalancer]
) -> None:
    build(stack, waf=Waf(), removable=True)
    assert findings() == []
