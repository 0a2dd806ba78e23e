"""Functions for Node are not run: their known effect is made instead, and the journal says so."""

import json

import pytest

from rehearsal import journal
from rehearsal.in_process import InProcessAws, StackError
from tests.rehearsal.functions import custom, function
from tests.rehearsal.templates import Resources, att, ref, resource, template

NODE = function(Runtime="nodejs22.x")
MANIFEST = json.dumps({"mediaType": "application/vnd.docker.distribution.manifest.v2+json"})


def stood_in() -> list[str]:
    return [entry.detail for entry in journal.read() if entry.kind is journal.Kind.STOOD_IN]


def test_the_default_security_group_is_closed(aws: InProcessAws) -> None:
    group = att("Vpc", "DefaultSecurityGroup")
    resources = {
        **NODE,
        "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        "Closed": custom("Custom::VpcRestrictDefaultSG", DefaultSecurityGroupId=group, Account="1"),
    }
    aws.deploy("s", template(resources, Group=group))

    id_ = aws.outputs("s")["Group"]
    found = aws.client("ec2").describe_security_groups(GroupIds=[id_])["SecurityGroups"][0]
    assert (found["IpPermissions"], found["IpPermissionsEgress"]) == ([], [])
    assert stood_in() == [f"Create: rules of the default group {id_}"]


def test_a_bucket_is_emptied_before_it_goes(aws: InProcessAws) -> None:
    resources = {
        **NODE,
        "Bucket": resource(
            "AWS::S3::Bucket", BucketName="full-logs", VersioningConfiguration={"Status": "Enabled"}
        ),
        "Emptied": custom("Custom::S3AutoDeleteObjects", BucketName=ref("Bucket")),
    }
    aws.deploy("s", template(resources))
    s3 = aws.client("s3")
    for _ in range(2):
        s3.put_object(Bucket="full-logs", Key="k", Body=b"v")
    s3.delete_object(Bucket="full-logs", Key="k")

    aws.destroy("s")

    assert s3.list_buckets()["Buckets"] == []


def test_a_repository_is_emptied_before_it_goes(aws: InProcessAws) -> None:
    resources = {
        **NODE,
        "Repository": resource("AWS::ECR::Repository", RepositoryName="images"),
        "Emptied": custom("Custom::ECRAutoDeleteImages", RepositoryName=ref("Repository")),
    }
    aws.deploy("s", template(resources))
    aws.client("ecr").put_image(repositoryName="images", imageManifest=MANIFEST, imageTag="one")

    aws.destroy("s")

    assert aws.client("ecr").describe_repositories()["repositories"] == []


def build(key: str = "source.zip") -> Resources:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}}]}
    return {
        **NODE,
        "BuildRole": resource("AWS::IAM::Role", AssumeRolePolicyDocument=trust),
        "Repository": resource(
            "AWS::ECR::Repository",
            RepositoryName="dev/hello",
            ImageTagMutability="IMMUTABLE",
            EmptyOnDelete=True,
        ),
        "Project": resource(
            "AWS::CodeBuild::Project",
            ServiceRole=att("BuildRole", "Arn"),
            Source={"Type": "NO_SOURCE", "BuildSpec": "{}"},
            Artifacts={"Type": "NO_ARTIFACTS"},
            Environment={"Type": "ARM_CONTAINER", "ComputeType": "BUILD_GENERAL1_SMALL", "Image": "i"},
        ),
        "Image": custom(
            "Custom::CDKContainerImageBuild",
            repositoryUri=att("Repository", "RepositoryUri"),
            tagPrefix="source-",
            codeBuildProjectName=ref("Project"),
            sourceS3Url=f"s3://assets/{key}",
        ),
    }


def with_source(aws: InProcessAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for key in ("source.zip", "other.zip"):
        s3.put_object(Bucket="assets", Key=key, Body=b"")


def test_an_image_stands_under_its_tag_without_a_build(aws: InProcessAws) -> None:
    with_source(aws)
    aws.deploy("s", template(build(), Tag=att("Image", "ImageTag")))

    ecr, tag = aws.client("ecr"), aws.outputs("s")["Tag"]
    assert tag.startswith("source-")
    assert [item["imageTag"] for item in ecr.list_images(repositoryName="dev/hello")["imageIds"]] == [tag]
    assert stood_in() == [
        f"Create: no CodeBuild; a manifest without layers stands for the image dev/hello:{tag}"
    ]

    # As deploy-time-build does: each update is another image under another tag, which replaces the resource.
    aws.deploy("s", template(build("other.zip"), Tag=att("Image", "ImageTag")))
    tags = {item["imageTag"] for item in ecr.list_images(repositoryName="dev/hello")["imageIds"]}
    assert tags == {tag, aws.outputs("s")["Tag"]}
    assert len(tags) == 2

    aws.destroy("s")


def test_a_build_without_its_source_fails(aws: InProcessAws) -> None:
    with pytest.raises(StackError, match=r"s/Image \(Custom::CDKContainerImageBuild\) CREATE_FAILED"):
        aws.deploy("s", template(build()))
