"""Storage, images, alarms, builds, the firewall, names and secrets."""

import json
from typing import Any

import pytest

from rehearsal import journal
from rehearsal.in_process import InProcessAws, StackError
from tests.rehearsal.templates import Resources, att, ref, resource, template
from tests.rehearsal.traffic import load_balancer

TAGS = [{"Key": "owner", "Value": "platform"}]


def test_a_bucket_with_its_settings(aws: InProcessAws) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    insecure = {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    block = {"BlockPublicAcls": True, "BlockPublicPolicy": True}
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    resources = {
        "Bucket": resource(
            "AWS::S3::Bucket",
            BucketName="access-logs",
            BucketEncryption={"ServerSideEncryptionConfiguration": [encryption]},
            PublicAccessBlockConfiguration=block,
            VersioningConfiguration={"Status": "Enabled"},
            LifecycleConfiguration={"Rules": [{"Id": "old", "Status": "Enabled", "ExpirationInDays": 7}]},
            OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            Tags=TAGS,
        ),
        "Policy": resource(
            "AWS::S3::BucketPolicy", Bucket=ref("Bucket"), PolicyDocument={"Statement": [insecure]}
        ),
    }
    aws.deploy("s", template(resources, Arn=att("Bucket", "Arn")))

    s3, name = aws.client("s3"), {"Bucket": "access-logs"}
    assert aws.outputs("s") == {"Arn": "arn:aws:s3:::access-logs"}
    rules = s3.get_bucket_encryption(**name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"]["BlockPublicAcls"]
    assert s3.get_bucket_lifecycle_configuration(**name)["Rules"][0]["Expiration"] == {"Days": 7}
    assert s3.get_bucket_tagging(**name)["TagSet"] == TAGS
    assert "aws:SecureTransport" in s3.get_bucket_policy(**name)["Policy"]
    # Stored, not enforced: moto would deny everything, because it reads no conditions.
    s3.put_object(**name, Key="k", Body=b"v")
    version = s3.list_object_versions(**name)["Versions"][0]["VersionId"]
    s3.delete_object(**name, Key="k", VersionId=version)

    aws.destroy("s")
    assert s3.list_buckets()["Buckets"] == []


def test_a_repository_changes_in_place_and_goes_with_its_images_only_if_told(aws: InProcessAws) -> None:
    ecr = aws.client("ecr")
    media = "application/vnd.docker.distribution.manifest.v2+json"
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}
    lifecycle = json.dumps(
        {"rules": [{"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}]}
    )

    def repository(**properties: Any) -> Resources:
        return {
            "Repository": resource(
                "AWS::ECR::Repository",
                RepositoryName="dev/hello",
                ImageTagMutability="IMMUTABLE",
                LifecyclePolicy={"LifecyclePolicyText": lifecycle},
                **properties,
            )
        }

    aws.deploy("s", template(repository(), Uri=att("Repository", "RepositoryUri")))
    uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/dev/hello"
    assert aws.outputs("s") == {"Uri": uri}
    ecr.put_image(repositoryName="dev/hello", imageManifest=f'{{"mediaType": "{media}"}}', imageTag="one")
    with pytest.raises(StackError, match="still contains images"):
        aws.destroy("s")

    changed = repository(ImageScanningConfiguration={"ScanOnPush": True}, EmptyOnDelete=True)
    aws.deploy("s", template(changed))
    found = ecr.describe_repositories()["repositories"][0]
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert ecr.get_lifecycle_policy(repositoryName="dev/hello")["lifecyclePolicyText"] == lifecycle
    aws.destroy("s")
    assert ecr.describe_repositories()["repositories"] == []


def test_a_log_groups_retention_changes_in_place(aws: InProcessAws) -> None:
    logs = aws.client("logs")
    for days, shown in ((7, 7), (30, 30), (None, None)):
        retention = {"RetentionInDays": days} if days else {}
        group = resource("AWS::Logs::LogGroup", LogGroupName="/ecs/hello", Tags=TAGS, **retention)
        aws.deploy("s", template({"Group": group}, Arn=att("Group", "Arn")))
        assert logs.describe_log_groups()["logGroups"][0].get("retentionInDays") == shown
    assert logs.list_tags_log_group(logGroupName="/ecs/hello")["tags"] == {"owner": "platform"}
    assert aws.outputs("s")["Arn"].endswith(":log-group:/ecs/hello:*")


def test_an_alarm_on_an_expression(aws: InProcessAws) -> None:
    cloudwatch = aws.client("cloudwatch")

    def alarms(threshold: int) -> Resources:
        metric = {"Namespace": "AWS/ApplicationELB", "MetricName": "HTTPCode_Target_5XX_Count"}
        stat = {"Metric": metric, "Period": 60, "Stat": "Sum"}
        queries = [
            {"Id": "blue", "MetricStat": stat, "ReturnData": False},
            {"Id": "both", "Expression": "FILL(blue, 0)", "ReturnData": True},
        ]
        return {
            "Errors": resource(
                "AWS::CloudWatch::Alarm",
                AlarmName="errors",
                ComparisonOperator="GreaterThanThreshold",
                EvaluationPeriods=2,
                Threshold=threshold,
                Metrics=queries,
                TreatMissingData="notBreaching",
            ),
        }

    for threshold in (1, 5):
        aws.deploy("s", template(alarms(threshold), Arn=att("Errors", "Arn")))
        found = cloudwatch.describe_alarms()
        assert [a["Threshold"] for a in found["MetricAlarms"]] == [threshold]
        assert found["MetricAlarms"][0]["Metrics"][1]["Expression"] == "FILL(blue, 0)"
    assert aws.outputs("s")["Arn"] == "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:errors"

    aws.destroy("s")
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_the_firewall_its_load_balancer_and_its_log(aws: InProcessAws) -> None:
    waf = aws.client("wafv2")
    shown = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
    limit = {
        "Name": "rate",
        "Priority": 0,
        "Action": {"Block": {}},
        "Statement": {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}},
        "VisibilityConfig": shown,
    }

    def firewall(description: str) -> Resources:
        return {
            **load_balancer(),
            "Acl": resource(
                "AWS::WAFv2::WebACL",
                Name="edge",
                Scope="REGIONAL",
                DefaultAction={"Allow": {}},
                Description=description,
                Rules=[limit],
                VisibilityConfig=shown,
            ),
            "Protected": resource(
                "AWS::WAFv2::WebACLAssociation", WebACLArn=att("Acl", "Arn"), ResourceArn=ref("Balancer")
            ),
            "LogGroup": resource("AWS::Logs::LogGroup", LogGroupName="aws-waf-logs-edge"),
            "Log": resource(
                "AWS::WAFv2::LoggingConfiguration",
                ResourceArn=att("Acl", "Arn"),
                LogDestinationConfigs=[att("LogGroup", "Arn")],
            ),
        }

    for words in ("first", "second"):
        aws.deploy("s", template(firewall(words), Arn=ref("Balancer")))
        acl = waf.get_web_acl_for_resource(ResourceArn=aws.outputs("s")["Arn"])["WebACL"]
        assert (acl["Name"], acl["Description"]) == ("edge", words)
    assert waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]

    aws.destroy("s")
    assert waf.list_web_acls(Scope="REGIONAL")["WebACLs"] == []


def test_a_certificate_and_a_record(aws: InProcessAws) -> None:
    zone = aws.client("route53").create_hosted_zone(Name="example.org", CallerReference="r")["HostedZone"]
    id_ = zone["Id"].rsplit("/", 1)[1]

    def name(label: str) -> Resources:
        target = {"DNSName": "lb.example.net", "HostedZoneId": "Z2P70J7EXAMPLE"}
        return {
            "Certificate": resource(
                "AWS::CertificateManager::Certificate", DomainName="example.org", ValidationMethod="DNS"
            ),
            "Record": resource(
                "AWS::Route53::RecordSet",
                Name=f"{label}.example.org",
                Type="A",
                HostedZoneId=id_,
                AliasTarget=target,
            ),
        }

    for label in ("one", "two"):
        aws.deploy("s", template(name(label), Arn=ref("Certificate")))
        sets = aws.client("route53").list_resource_record_sets(HostedZoneId=id_)["ResourceRecordSets"]
        assert [item["Name"] for item in sets if item["Type"] == "A"] == [f"{label}.example.org."]
    assert aws.outputs("s")["Arn"].startswith("arn:aws:acm:eu-central-1:")

    aws.destroy("s")
    assert aws.client("acm").list_certificates()["CertificateSummaryList"] == []


def test_secrets_and_parameters(aws: InProcessAws) -> None:
    generated = {"SecretStringTemplate": '{"user": "app"}', "GenerateStringKey": "password"}
    resources = {
        "Secret": resource("AWS::SecretsManager::Secret", Name="db", GenerateSecretString=generated),
        "Parameter": resource("AWS::SSM::Parameter", Name="/p", Type="String", Value=ref("Secret")),
    }
    aws.deploy("s", template(resources))
    value = aws.client("secretsmanager").get_secret_value(SecretId="db")["SecretString"]
    assert value.startswith('{"user": "app", "password": "')
    parameter = aws.client("ssm").get_parameter(Name="/p")["Parameter"]["Value"]
    assert parameter.startswith("arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-")

    resources["Secret"]["Properties"]["Description"] = "of the database"
    aws.deploy("s", template(resources))
    assert aws.client("secretsmanager").get_secret_value(SecretId="db")["SecretString"] == value

    aws.destroy("s")
    assert aws.client("secretsmanager").list_secrets()["SecretList"] == []


def test_a_type_left_to_moto_works_with_this_engine(aws: InProcessAws) -> None:
    aws.deploy("s", template({"Queue": resource("AWS::SQS::Queue", QueueName="q")}, Arn=att("Queue", "Arn")))
    assert aws.outputs("s") == {"Arn": "arn:aws:sqs:eu-central-1:123456789012:q"}

    aws.destroy("s")
    assert "QueueUrls" not in aws.client("sqs").list_queues()


def test_an_unknown_type_is_skipped_by_name(aws: InProcessAws) -> None:
    resources = {"New": resource("AWS::Brand::New", Size=1)}
    aws.deploy("s", template(resources, Size=att("New", "Size")))
    aws.destroy("s")

    assert [e.type for e in journal.read() if e.kind is journal.Kind.SKIPPED] == ["AWS::Brand::New"]


def test_a_property_without_effect_is_named(aws: InProcessAws) -> None:
    bucket = resource(
        "AWS::S3::Bucket", BucketName="bucket", AccelerateConfiguration={"AccelerationStatus": "Enabled"}
    )
    aws.deploy("s", template({"Bucket": bucket}))

    notes = [e for e in journal.read() if e.kind is journal.Kind.NOT_SHOWN]
    assert [(e.logical_id, e.detail) for e in notes] == [("Bucket", "properties AccelerateConfiguration")]


def test_a_change_without_effect_is_named(aws: InProcessAws) -> None:
    def resources(text: str) -> Resources:
        group = resource("AWS::EC2::SecurityGroup", VpcId=ref("Vpc"), GroupDescription="g")
        rule = {
            "IpProtocol": "tcp",
            "FromPort": 80,
            "ToPort": 80,
            "CidrIp": "10.0.0.0/8",
            "Description": text,
        }
        return {
            "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
            "Group": group,
            "Rule": resource("AWS::EC2::SecurityGroupIngress", GroupId=ref("Group"), **rule),
        }

    aws.deploy("s", template(resources("old")))
    aws.deploy("s", template(resources("new")))

    notes = [e for e in journal.read() if e.kind is journal.Kind.NOT_SHOWN]
    assert [(e.logical_id, e.detail) for e in notes] == [("Rule", "change of Description")]
