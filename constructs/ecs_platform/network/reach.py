"""The AWS services a workload may ask a network for."""

from enum import Enum


class AwsService(Enum):
    """An AWS service that tasks call; the value is the tail of its endpoint's service name.

    A service that is missing here is one line: its name at
    https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """

    CODEDEPLOY = "codedeploy"
    DYNAMODB = "dynamodb"
    ECR_API = "ecr.api"
    ECR_DKR = "ecr.dkr"
    ECS = "ecs"
    ECS_AGENT = "ecs-agent"
    ECS_TELEMETRY = "ecs-telemetry"
    EFS = "elasticfilesystem"
    EVENTS = "events"
    FIREHOSE = "kinesis-firehose"
    KINESIS = "kinesis-streams"
    KMS = "kms"
    LAMBDA = "lambda"
    LOGS = "logs"
    MONITORING = "monitoring"
    S3 = "s3"
    SECRETS_MANAGER = "secretsmanager"
    SNS = "sns"
    SQS = "sqs"
    SSM = "ssm"
    SSM_MESSAGES = "ssmmessages"
    STATES = "states"
    STS = "sts"
    XRAY = "xray"

    @property
    def is_gateway(self) -> bool:
        """Whether a gateway endpoint serves it: a route, free of charge, instead of addresses in subnets."""
        return self in (AwsService.S3, AwsService.DYNAMODB)

    @property
    def takes_policy(self) -> bool:
        """Whether its endpoint accepts a policy; a policy on one that does not fails the deployment.

        The two agent endpoints have none: https://github.com/awsdocs/amazon-ecs-developer-guide/issues/55
        """
        return self not in (AwsService.ECS_AGENT, AwsService.ECS_TELEMETRY)


# Pulling an image takes the first three (the layers lie in S3), the awslogs driver the last:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
EVERY_TASK = (AwsService.ECR_API, AwsService.ECR_DKR, AwsService.S3, AwsService.LOGS)
"""What every task calls: its image is pulled and its log is written."""
