"""Which model stands for which resource type."""

from functools import cache

from rehearsal.models import (
    alarms,
    autoscaling,
    codebuild,
    codedeploy,
    domains,
    ecr,
    ecs_cluster,
    ecs_service,
    endpoints,
    iam,
    kms,
    lambda_function,
    listeners,
    load_balancer,
    logs,
    queues,
    routing,
    s3,
    scheduler,
    security_groups,
    stored_values,
    task_definition,
    vpc,
    waf,
)
from rehearsal.models.custom_resource import CustomResource
from rehearsal.models.resource import Resource
from rehearsal.models.skipped import Silent, Skipped, moto_model

MODELS: tuple[type[Resource], ...] = (
    alarms.Alarm,
    autoscaling.ScalableTarget,
    autoscaling.ScalingPolicy,
    codebuild.Project,
    codedeploy.Application,
    codedeploy.DeploymentConfig,
    codedeploy.DeploymentGroup,
    domains.Certificate,
    domains.RecordSet,
    ecr.Repository,
    ecs_cluster.Cluster,
    ecs_cluster.ClusterCapacityProviderAssociations,
    ecs_service.Service,
    endpoints.FlowLog,
    endpoints.VpcEndpoint,
    iam.ManagedPolicy,
    iam.Policy,
    iam.Role,
    kms.Alias,
    kms.Key,
    lambda_function.Function,
    lambda_function.Permission,
    listeners.Listener,
    listeners.ListenerRule,
    load_balancer.LoadBalancer,
    load_balancer.TargetGroup,
    logs.LogGroup,
    logs.ResourcePolicy,
    queues.Queue,
    queues.QueuePolicy,
    routing.ElasticIp,
    routing.InternetGateway,
    routing.NatGateway,
    routing.Route,
    routing.RouteTable,
    routing.SubnetRouteTableAssociation,
    routing.VpcGatewayAttachment,
    s3.Bucket,
    s3.BucketPolicy,
    scheduler.Schedule,
    scheduler.ScheduleGroup,
    security_groups.SecurityGroup,
    security_groups.SecurityGroupEgress,
    security_groups.SecurityGroupIngress,
    stored_values.Parameter,
    stored_values.Secret,
    task_definition.TaskDefinition,
    vpc.Subnet,
    vpc.Vpc,
    waf.LoggingConfiguration,
    waf.WebAcl,
    waf.WebAclAssociation,
)
_BY_TYPE = {model.type: model for model in MODELS}


@cache
def model_for(resource_type: str) -> type[Resource]:
    """The model of a type: ours, else moto's, else one that says that it is skipped."""
    if resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource":
        return CustomResource
    if resource_type == "AWS::CDK::Metadata":
        return Silent
    return _BY_TYPE.get(resource_type) or moto_model(resource_type) or Skipped
