"""Which types of resources cost money standing, which by use, and which nothing."""

BY_USE = {
    "AWS::CodeBuild::Project": "building images: minutes",
    "AWS::EC2::FlowLog": "flow logs: GB written and kept",
    "AWS::ECR::Repository": "images: GB kept",
    "AWS::ECS::Cluster": "Container Insights: what it observes",
    "AWS::EFS::FileSystem": "file systems: GB kept and moved",
    "AWS::Events::Rule": "events",
    "AWS::KinesisFirehose::DeliveryStream": "delivery streams: GB",
    "AWS::Lambda::Function": "functions: calls and seconds",
    "AWS::Logs::LogGroup": "logs: GB written and kept",
    "AWS::S3::Bucket": "buckets: GB kept",
    "AWS::SNS::Topic": "notifications",
    "AWS::SQS::Queue": "queues: requests",
    "AWS::Scheduler::Schedule": "schedules: starts and the tasks' minutes",
    "AWS::ServiceDiscovery::PrivateDnsNamespace": "namespaces: hosted zone and look-ups",
    "AWS::AutoScaling::AutoScalingGroup": "EC2 instances: by their type, which you choose",
}
"""Types that cost by what is done with them, and how that is called."""

PRICED = frozenset(
    {
        "AWS::CloudWatch::Alarm",
        "AWS::EC2::EIP",
        "AWS::EC2::NatGateway",
        "AWS::EC2::VPCEndpoint",
        "AWS::ECS::Service",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::KMS::Key",
        "AWS::WAFv2::WebACL",
    }
)
"""Types that have a line."""

FREE = (
    "AWS::ApplicationAutoScaling::",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudFormation::",
    "AWS::CodeDeploy::",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::LaunchTemplate",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::ECS::CapacityProvider",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::ECS::TaskDefinition",
    "AWS::EFS::",
    "AWS::ElasticLoadBalancingV2::",
    "AWS::IAM::",
    "AWS::Lambda::Permission",
    "AWS::Logs::",
    "AWS::Route53::RecordSet",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::ServiceDiscovery::",
    "AWS::WAFv2::",
    "Custom::",
)
"""How the types begin that cost nothing, or nothing apart from what they belong to."""
