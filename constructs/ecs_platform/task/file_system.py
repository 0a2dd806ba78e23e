"""A file system that tasks share, and that outlives them."""

import re

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.network.interface import INetwork

_PATH = re.compile(r"(?:/[\w.-]+){1,4}", re.ASCII)
_PERMISSIONS = re.compile(r"[0-7]{3,4}")
_HIGHEST_ID = 4_294_967_295

# Neither says who may mount: that is an identity's policy. A file system without any policy lets in whoever
# reaches a mount target, and one with a policy does not.
# https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "EncryptedInTransit",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "ThroughAnAccessPoint",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "elasticfilesystem:ClientMount",
            "Condition": {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
        },
    ],
}


class FileSystem(Construct):
    """An encrypted file system on Amazon EFS, with a mount target in each zone that tasks run in.

    Nobody mounts it without TLS, without a role that may, or other than through an access point, which says
    what part of it a task sees and as which user. It is backed up every day. A FileSystem belongs in a stack
    that lives longer than the services that mount it.

    Tasks reach it at addresses in their own subnets. The interface endpoint of EFS serves its API, which no
    mount calls, so an isolated network needs nothing more:
    https://docs.aws.amazon.com/efs/latest/ug/efs-vpc-endpoints.html

    A mount target stands in each zone of `network.task_subnets`. Retire a zone in the network only when no
    task that mounts the file system runs there any more.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-best-practices.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        network: Where the tasks run that mount it.
        encryption_key: The KMS key that files are encrypted with. By default the account's own for EFS.
        backups: Whether AWS Backup keeps daily copies for 35 days. By default it does.
        infrequent_access_after: When files that nobody reads move to the cheaper storage class; None keeps
            them where they are. By default after 30 days. The first access brings a file back.
        throughput_mode: By default ELASTIC, which is paid for by use and needs no planning.
        removal_policy: What happens to the files when the file system leaves the stack. By default they stay.

    Attributes:
        file_system: The file system itself.
        connections: Its security group, which is open to nobody until a volume is connected.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        network: INetwork,
        encryption_key: kms.IKey | None = None,
        backups: bool = True,
        infrequent_access_after: efs.LifecyclePolicy | None = efs.LifecyclePolicy.AFTER_30_DAYS,
        throughput_mode: efs.ThroughputMode = efs.ThroughputMode.ELASTIC,
        removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id_)
        # A mount target answers and never calls.
        group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=network.vpc,
            description=f"File system {self.node.path}: NFS from the tasks that mount it",
            allow_all_outbound=False,
        )
        self.file_system = efs.FileSystem(
            self,
            "FileSystem",
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=list(network.task_subnets)),
            security_group=group,
            encrypted=True,
            kms_key=encryption_key,
            enable_automatic_backups=backups,
            lifecycle_policy=infrequent_access_after,
            out_of_infrequent_access_policy=(
                infrequent_access_after and efs.OutOfInfrequentAccessPolicy.AFTER_1_ACCESS
            ),
            throughput_mode=throughput_mode,
            # Left to itself, the L2 adds a statement that allows writing to every client that may mount.
            allow_anonymous_access=True,
            file_system_policy=iam.PolicyDocument.from_json(_POLICY),
            removal_policy=removal_policy,
        )
        self.connections = self.file_system.connections

    def access_point(
        self, id_: str, *, path: str, uid: int, gid: int, permissions: str = "0750"
    ) -> efs.AccessPoint:
        """Make a way in: whoever comes through sees one directory as the root, and is one user.

        Follows https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html

        Args:
            id_: Its id within the file system.
            path: The directory, at most four levels deep; it is made at the first mount.
            uid: The user whose files they are, whatever user the container runs as; not 0, which is root.
            gid: The group, not 0 either.
            permissions: The directory's mode, in octal digits. By default the user writes and the group
                reads.

        Raises:
            ConfigurationError: The path is not absolute or too deep, an id is out of range, or the
                permissions are no mode; all of them at once.
        """
        where = f"access_point({{}}=...) of FileSystem {self.node.path}"
        mistakes = [
            mistake
            for name, value in (("uid", uid), ("gid", gid))
            for mistake in out_of_range(value, 1, _HIGHEST_ID, what=name, where=where.format(name))
        ]
        if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")) or len(path) > 100:
            mistakes.append(
                Mistake(
                    problem=f'"{path}" is no directory for an access point.',
                    allowed='an absolute path of one to four levels and 100 characters, such as "/uploads".',
                    where=where.format("path"),
                )
            )
        if not _PERMISSIONS.fullmatch(permissions):
            mistakes.append(
                Mistake(
                    problem=f'"{permissions}" is no mode of a directory.',
                    allowed='three or four octal digits, such as "0750".',
                    where=where.format("permissions"),
                )
            )
        refuse(mistakes)
        return efs.AccessPoint(
            self,
            id_,
            file_system=self.file_system,
            path=path,
            posix_user=efs.PosixUser(uid=str(uid), gid=str(gid)),
            create_acl=efs.Acl(owner_uid=str(uid), owner_gid=str(gid), permissions=permissions),
        )
