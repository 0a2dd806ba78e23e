"""What CloudFormation needs for the types of resources of: roles, keys, logs, buckets."""

from collections.abc import Mapping

from operate.deploying.permissions.scopes import (
    ANYTHING,
    BUCKETS,
    IN_REGION,
    LOG_GROUPS,
    ROLES,
    ROLES_WITH_BOUNDARY,
    Needs,
    of,
)

ACCESS: Mapping[str, Needs] = {
    "AWS::IAM::Policy": {
        ROLES_WITH_BOUNDARY: "iam:DeleteRolePolicy iam:PutRolePolicy",
        ROLES: "iam:GetRolePolicy",
    },
    "AWS::IAM::Role": {
        ROLES_WITH_BOUNDARY: of(
            "iam",
            "AttachRolePolicy CreateRole DeleteRolePolicy DetachRolePolicy "
            "PutRolePermissionsBoundary PutRolePolicy",
        ),
        ROLES: of(
            "iam",
            "DeleteRole GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies "
            "ListRoleTags TagRole UntagRole UpdateAssumeRolePolicy UpdateRole "
            "UpdateRoleDescription",
        ),
        ANYTHING: "iam:ListRoles",
    },
    "AWS::KMS::Key": {
        IN_REGION: of(
            "kms",
            "CreateKey DescribeKey DisableKey DisableKeyRotation EnableKey EnableKeyRotation "
            "GetKeyPolicy GetKeyRotationStatus ListKeys ListResourceTags PutKeyPolicy "
            "ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription",
        )
    },
    "AWS::Logs::LogGroup": {
        LOG_GROUPS: of(
            "logs",
            "AssociateKmsKey CreateLogGroup DeleteDataProtectionPolicy DeleteLogGroup "
            "DeleteRetentionPolicy DisassociateKmsKey GetDataProtectionPolicy ListTagsForResource "
            "PutDataProtectionPolicy PutLogGroupDeletionProtection PutRetentionPolicy TagResource "
            "UntagResource",
        ),
        IN_REGION: of(
            "logs",
            "DeleteIndexPolicy DescribeIndexPolicies DescribeLogGroups DescribeResourcePolicies "
            "PutIndexPolicy",
        ),
    },
    "AWS::S3::Bucket": {
        # S3 has more than thirty actions for what a bucket is set to; on the environment's own buckets alone.
        BUCKETS: "s3:CreateBucket s3:DeleteBucket s3:GetAccelerateConfiguration "
        "s3:GetAnalyticsConfiguration s3:GetBucket* s3:GetEncryptionConfiguration "
        "s3:GetIntelligentTieringConfiguration s3:GetInventoryConfiguration s3:GetLifecycleConfiguration "
        "s3:GetMetricsConfiguration s3:GetReplicationConfiguration s3:ListBucket s3:ListTagsForResource "
        "s3:PutBucket* s3:PutEncryptionConfiguration s3:PutLifecycleConfiguration s3:TagResource "
        "s3:UntagResource",
        ANYTHING: "s3:ListAllMyBuckets",
    },
    "AWS::S3::BucketPolicy": {
        BUCKETS: "s3:DeleteBucketPolicy s3:GetBucketPolicy s3:PutBucketPolicy",
    },
}
