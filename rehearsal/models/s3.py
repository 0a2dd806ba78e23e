"""Buckets and their policies."""

import json
from typing import Any

from botocore.exceptions import ClientError
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from rehearsal.models.resource import Properties, Resource, only


def install() -> None:
    """Store bucket policies without enforcing them.

    moto enforces them without their conditions, so that "deny what does not come by TLS" denies everything.
    """
    FakeBucket.get_permission = _not_enforced


def _not_enforced(self: FakeBucket, action: str, resource: str) -> PermissionResult:
    del self, action, resource
    return PermissionResult.NEUTRAL


class Bucket(Resource):
    """AWS::S3::Bucket: the settings that matter to what this project stores."""

    type = "AWS::S3::Bucket"
    named_by = "BucketName"

    def create(self, new: Properties) -> None:
        """CreateBucket and its settings."""
        region = self.place.region
        # us-east-1 is the one region that must not be named.
        where: dict[str, Any] = (
            {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        self.aws("s3").create_bucket(Bucket=self.name, **where)
        self.attributes = {
            "Arn": f"arn:aws:s3:::{self.name}",
            "DomainName": f"{self.name}.s3.amazonaws.com",
            "DualStackDomainName": f"{self.name}.s3.dualstack.{region}.amazonaws.com",
            "RegionalDomainName": f"{self.name}.s3.{region}.amazonaws.com",
            "WebsiteURL": f"http://{self.name}.s3-website.{region}.amazonaws.com",
        }
        self._set(new)

    def update(self, new: Properties) -> None:
        """Write the settings again."""
        self._set(new)

    def delete(self) -> None:
        """DeleteBucket, refused while it holds an object."""
        self.aws("s3").delete_bucket(Bucket=self.name)

    def _set(self, new: Properties) -> None:
        s3 = self.aws("s3")
        if "Tags" in new:
            s3.put_bucket_tagging(Bucket=self.name, Tagging={"TagSet": new["Tags"]})
        if "BucketEncryption" in new:
            rules = [
                _encryption(rule) for rule in new["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            ]
            s3.put_bucket_encryption(Bucket=self.name, ServerSideEncryptionConfiguration={"Rules": rules})
        if "PublicAccessBlockConfiguration" in new:
            s3.put_public_access_block(
                Bucket=self.name,
                PublicAccessBlockConfiguration=new["PublicAccessBlockConfiguration"],
            )
        if "VersioningConfiguration" in new:
            s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration=new["VersioningConfiguration"])
        if "LifecycleConfiguration" in new:
            rules = [_lifecycle(rule) for rule in new["LifecycleConfiguration"]["Rules"]]
            s3.put_bucket_lifecycle_configuration(Bucket=self.name, LifecycleConfiguration={"Rules": rules})
        if "OwnershipControls" in new:
            s3.put_bucket_ownership_controls(Bucket=self.name, OwnershipControls=new["OwnershipControls"])


class BucketPolicy(Resource):
    """AWS::S3::BucketPolicy."""

    type = "AWS::S3::BucketPolicy"

    def create(self, new: Properties) -> None:
        """PutBucketPolicy."""
        self.physical_id = new["Bucket"]
        self._put(new)

    def update(self, new: Properties) -> None:
        """PutBucketPolicy."""
        self._put(new)

    def delete(self) -> None:
        """DeleteBucketPolicy; a bucket that went first took it along."""
        try:
            self.aws("s3").delete_bucket_policy(Bucket=self.physical_id)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucket":
                raise

    def _put(self, new: Properties) -> None:
        self.aws("s3").put_bucket_policy(Bucket=self.physical_id, Policy=json.dumps(new["PolicyDocument"]))


def _encryption(rule: Properties) -> Properties:
    wanted = {"BucketKeyEnabled": rule["BucketKeyEnabled"]} if "BucketKeyEnabled" in rule else {}
    if "ServerSideEncryptionByDefault" in rule:
        wanted["ApplyServerSideEncryptionByDefault"] = rule["ServerSideEncryptionByDefault"]
    return wanted


def _lifecycle(rule: Properties) -> Properties:
    """A lifecycle rule in the words of the API, as far as this project writes any."""
    wanted = only(rule, "Status", "AbortIncompleteMultipartUpload")
    wanted["Filter"] = {"Prefix": rule.get("Prefix", "")}
    if "Id" in rule:
        wanted["ID"] = rule["Id"]
    if "ExpirationInDays" in rule:
        wanted["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "NoncurrentVersionExpiration" in rule:
        days = rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        wanted["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    return wanted
