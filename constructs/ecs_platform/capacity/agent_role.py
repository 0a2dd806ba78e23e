"""What the ECS agent of a machine may do, on EC2 and outside AWS."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from ecs_platform.cluster import Cluster

_ALL = ["*"]


def agent_statements(cluster: Cluster, *, drains_itself: bool = False) -> Sequence[iam.PolicyStatement]:
    """Joining one cluster, taking its tasks and reporting on them, and nothing else.

    The managed policy AmazonEC2ContainerServiceforEC2Role allows this in every cluster, and also to create
    clusters, pull every image and write every log, which AWS itself advises against. Images and logs are the
    task execution role's, which every task definition of this library has. Follows
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html,
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/iam-role-ecsanywhere.html and
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html

    Args:
        cluster: The cluster the machine belongs to.
        drains_itself: Whether the agent may set its own instance to DRAINING when Spot takes it away.
    """
    in_cluster = {"ArnEquals": {"ecs:cluster": cluster.cluster.cluster_arn}}
    on_instances = ["ecs:Poll", "ecs:StartTelemetrySession"]
    if drains_itself:
        on_instances.append("ecs:UpdateContainerInstancesState")
    return [
        iam.PolicyStatement(
            sid="JoinThisCluster",
            actions=[
                "ecs:DeregisterContainerInstance",
                "ecs:RegisterContainerInstance",
                "ecs:SubmitAttachmentStateChanges",
                "ecs:SubmitContainerStateChange",
                "ecs:SubmitTaskStateChange",
            ],
            resources=[cluster.cluster.cluster_arn],
        ),
        iam.PolicyStatement(
            sid="WorkInThisCluster", actions=on_instances, resources=_ALL, conditions=in_cluster
        ),
        iam.PolicyStatement(sid="FindEcs", actions=["ecs:DiscoverPollEndpoint"], resources=_ALL),
    ]


def session_statement() -> iam.PolicyStatement:
    """Being a managed node of Systems Manager, on EC2, that Session Manager can open a shell on.

    The managed policy AmazonSSMManagedInstanceCore allows as well to read every parameter of the account. The
    agent logs the calls that it is refused, for associations and inventory, and goes on. Follows
    https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
    """
    return _on_everything(_SESSIONS)


def managed_node_statement() -> iam.PolicyStatement:
    """Being a managed node of Systems Manager outside AWS, which keeps the machine in credentials.

    All that AmazonSSMManagedInstanceCore allows, except reading every parameter of the account: AWS names no
    smaller set for machines that are registered by an activation. Follows
    https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-multicloud-service-role.html and
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html
    """
    return _on_everything(sorted([*_SESSIONS, *_CORE]))


def _on_everything(actions: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(sid="SystemsManager", actions=list(actions), resources=_ALL)


_SESSIONS = (
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
_CORE = (
    "ec2messages:AcknowledgeMessage",
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
    "ssm:DescribeAssociation",
    "ssm:DescribeDocument",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssm:GetDocument",
    "ssm:GetManifest",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:PutInventory",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
)

# Instances have no name before they register, and are limited to the cluster by the condition.
EVERY_RESOURCE = (
    "Polling and telemetry are limited to this cluster by condition, since its instances have no name before "
    "they register. DiscoverPollEndpoint, ssmmessages and ec2messages take no resource, and the node that "
    "reports to Systems Manager has no name before it exists either."
)
