"""HTTPS or a reason, and who may look at a version before its users."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

from environments.model import HttpsWithCertificate, Waf

REASON = "An internal tool behind a VPN, made-up data alone."
CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b"


def test_clear_text_needs_a_reason(mistakes):
    assert mistakes({"load_balancer.https": None}) == [
        "load_balancer.plain_http_reason: Without https every request crosses the internet in clear text. Allowed: https=HttpsWithHostedZone(...) or HttpsWithCertificate(...), or the reason why not."
    ]
    assert mistakes({"load_balancer.https": None, "load_balancer.plain_http_reason": REASON}) == []


def test_a_reason_beside_https_is_a_contradiction(mistakes):
    assert mistakes({"load_balancer.plain_http_reason": REASON}) == [
        "load_balancer.plain_http_reason: A reason for clear text stands here, but https is given. Allowed: one of the two."
    ]


def test_the_name_belongs_to_the_hosted_zone(mistakes):
    zone = "load_balancer.https.hosted_zone_name"
    assert mistakes({zone: "qa.example.com"}) == []
    assert mistakes({zone: "ple.com"}) == [
        "load_balancer.https.domain_name: This name is not in the hosted zone ple.com. Allowed: 'ple.com' or a name that ends in '.ple.com'."
    ]


def test_a_certificate_of_the_same_account_and_region(mistakes):
    def https(arn: str) -> dict[str, object]:
        return {
            "load_balancer.https": HttpsWithCertificate(domain_name="qa.example.com", certificate_arn=arn)
        }

    assert mistakes(https(CERTIFICATE)) == []
    assert mistakes({**https(CERTIFICATE.replace("1111", "4444")), "account": None}) == []
    assert mistakes(https(CERTIFICATE.replace("eu-central-1", "us-east-1"))) == [
        "load_balancer.https.certificate_arn: The certificate is in account 111122223333 and us-east-1; the load balancer is not. Allowed: a certificate in 111122223333 and eu-central-1."
    ]
    assert mistakes(https(CERTIFICATE.replace("1111", "4444"))) == [
        "load_balancer.https.certificate_arn: The certificate is in account 444422223333 and eu-central-1; the load balancer is not. Allowed: a certificate in 111122223333 and eu-central-1."
    ]
    assert mistakes(https("arn:aws:iam::111122223333:server-certificate/x")) == [
        "load_balancer.https.certificate_arn: Not a certificate of AWS Certificate Manager. Allowed: an ARN such as 'arn:aws:acm:eu-central-1:111111111111:certificate/...'."
    ]


@pytest.mark.parametrize("cidr", ["203.0.113.0/24", "198.51.100.7/32", "10.0.0.0/8"])
def test_who_reaches_the_test_listener(mistakes, cidr):
    assert mistakes({"load_balancer.test_listener_cidrs": [cidr]}) == []


@pytest.mark.parametrize(
    ("cidr", "refusal"),
    [
        (
            "0.0.0.0/0",
            "4,294,967,296 addresses would reach versions that nobody has approved yet. Allowed: the addresses of an office, VPN or CI, /8 or narrower, such as '203.0.113.0/24'.",
        ),
        (
            "128.0.0.0/1",
            "2,147,483,648 addresses would reach versions that nobody has approved yet. Allowed: the addresses of an office, VPN or CI, /8 or narrower, such as '203.0.113.0/24'.",
        ),
        ("::/0", "Not an IPv4 block. Allowed: CIDR notation, such as '10.0.0.0/16'."),
        ("203.0.113.9/24", "Not written as first address and prefix length. Allowed: '203.0.113.0/24'."),
    ],
)
def test_who_does_not(mistakes, cidr, refusal):
    assert mistakes({"load_balancer.test_listener_cidrs": ["192.0.2.0/24", cidr]}) == [
        f"load_balancer.test_listener_cidrs[1]: {refusal}"
    ]


def test_the_web_acl(mistakes):
    assert mistakes({"load_balancer.waf": Waf(rate_limit_per_5_minutes=10)}) == []
    assert mistakes({"load_balancer.waf": Waf(rate_limit_per_5_minutes=9)}) == [
        "load_balancer.waf.rate_limit_per_5_minutes: Outside the range. Allowed: 10 to 2,000,000,000 requests."
    ]
