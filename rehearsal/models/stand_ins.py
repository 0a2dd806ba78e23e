"""The known effect of functions that cannot run here, because they are written for Node and its AWS SDK."""

import re
import secrets
from collections.abc import Callable
from urllib.parse import urlparse

from rehearsal import images
from rehearsal.models.custom_answer import Answer
from rehearsal.models.resource import Properties, Resource

_PLATFORM = re.compile(r"--platform linux/(\w+)")
StandIn = Callable[[Resource, str, Properties], Answer]


def _close_default_group(resource: Resource, request: str, new: Properties) -> Answer:
    """CDK's Custom::VpcRestrictDefaultSG: no rule is left in the VPC's default group."""
    ec2 = resource.aws("ec2")
    group = new["DefaultSecurityGroupId"]
    rules = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    if request != "Delete":
        if rules["IpPermissions"]:
            ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rules["IpPermissions"])
        if rules["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(GroupId=group, IpPermissions=rules["IpPermissionsEgress"])
    return Answer(physical_id=resource.name, reason=f"rules of the default group {group}")


def _empty_bucket(resource: Resource, request: str, new: Properties) -> Answer:
    """CDK's Custom::S3AutoDeleteObjects: on Delete nothing is left in the bucket."""
    bucket = new["BucketName"]
    if request == "Delete":
        s3 = resource.aws("s3")
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
        for item in (
            item for page in pages for kind in ("Versions", "DeleteMarkers") for item in page.get(kind, [])
        ):
            s3.delete_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])
    return Answer(physical_id=resource.name, reason=f"contents of the bucket {bucket}")


def _empty_repository(resource: Resource, request: str, new: Properties) -> Answer:
    """CDK's Custom::ECRAutoDeleteImages: on Delete nothing is left in the repository."""
    repository = new["RepositoryName"]
    if request == "Delete":
        ecr = resource.aws("ecr")
        images = ecr.list_images(repositoryName=repository)["imageIds"]
        if images:
            ecr.batch_delete_image(repositoryName=repository, imageIds=images)
    return Answer(physical_id=resource.name, reason=f"images of the repository {repository}")


def _push_image(resource: Resource, request: str, new: Properties) -> Answer:
    """deploy-time-build's Custom::CDKContainerImageBuild: an image under a new tag, without a build.

    As there: the tag is the physical id, each update pushes another one, Delete leaves the image. The source
    and the project must exist, or CodeBuild could not have built.
    """
    if request == "Delete":
        return Answer(physical_id=resource.physical_id, reason="nothing to do")
    source = urlparse(new["sourceS3Url"])
    resource.aws("s3").head_object(Bucket=source.netloc, Key=source.path.lstrip("/"))
    resource.aws("codebuild").batch_get_projects(names=[new["codeBuildProjectName"]])
    repository = new["repositoryUri"].split("/", 1)[1]
    tag = new.get("imageTag") or f"{new.get('tagPrefix', '')}{secrets.token_hex(16)}"
    architecture = _PLATFORM.search(new.get("buildCommand", ""))
    images.store(resource.aws("ecr"), repository, tag, architecture.group(1) if architecture else "amd64")
    reason = f"no CodeBuild; a manifest without layers stands for the image {repository}:{tag}"
    return Answer(physical_id=tag, data={"ImageTag": tag}, reason=reason)


STAND_INS: dict[str, StandIn] = {
    "Custom::CDKContainerImageBuild": _push_image,
    "Custom::ECRAutoDeleteImages": _empty_repository,
    "Custom::S3AutoDeleteObjects": _empty_bucket,
    "Custom::VpcRestrictDefaultSG": _close_default_group,
}
