"""What CloudFormation needs for the types of resources of: registry, builds, cluster, services, functions."""

from collections.abc import Mapping

from operate.deploying.permissions.scopes import (
    ALARMS,
    APPLICATIONS,
    ASSETS,
    BUILDS,
    CLUSTER,
    DEPLOYMENT_CONFIGURATIONS,
    DEPLOYMENT_GROUPS,
    FUNCTIONS,
    IN_REGION,
    LINK,
    PASS,
    REPOSITORIES,
    ROLES,
    SERVICES,
    TASK_DEFINITIONS,
    Needs,
    linked_to,
    of,
    passed_to,
)

_SCALING = "application-autoscaling"
_SCALING_ROLE = "ecs.application-autoscaling.amazonaws.com"

CONTAINERS: Mapping[str, Needs] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": {
        IN_REGION: of(
            _SCALING,
            "DeleteScheduledAction DeregisterScalableTarget DescribeScalableTargets "
            "DescribeScheduledActions ListTagsForResource PutScheduledAction "
            "RegisterScalableTarget TagResource UntagResource",
        )
        # Target tracking makes its alarms with the rights of whoever asks for it.
        + " cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms cloudwatch:PutMetricAlarm",
        passed_to(_SCALING_ROLE): PASS,
        linked_to(_SCALING_ROLE): LINK,
    },
    "AWS::ApplicationAutoScaling::ScalingPolicy": {
        IN_REGION: of(_SCALING, "DeleteScalingPolicy DescribeScalingPolicies PutScalingPolicy")
        + " cloudwatch:GetMetricData"
    },
    "AWS::CloudFormation::CustomResource": {FUNCTIONS: "lambda:InvokeFunction"},
    "AWS::CloudWatch::Alarm": {
        ALARMS: of(
            "cloudwatch",
            "DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource",
        )
    },
    # Without a schema of its own: https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-permissions-reference.html
    "AWS::CodeBuild::Project": {
        BUILDS: of("codebuild", "BatchGetProjects CreateProject DeleteProject UpdateProject"),
        passed_to("codebuild.amazonaws.com"): PASS,
    },
    "AWS::CodeDeploy::Application": {
        APPLICATIONS: of(
            "codedeploy",
            "CreateApplication DeleteApplication GetApplication ListTagsForResource TagResource "
            "UntagResource UpdateApplication",
        ),
        IN_REGION: "codedeploy:ListApplications",
    },
    "AWS::CodeDeploy::DeploymentConfig": {
        DEPLOYMENT_CONFIGURATIONS: of(
            "codedeploy", "CreateDeploymentConfig DeleteDeploymentConfig GetDeploymentConfig"
        ),
        IN_REGION: "codedeploy:ListDeploymentConfigs",
    },
    "AWS::CodeDeploy::DeploymentGroup": {
        DEPLOYMENT_GROUPS: of(
            "codedeploy",
            "CreateDeploymentGroup DeleteDeploymentGroup GetDeploymentGroup ListDeployments "
            "ListTagsForResource TagResource UntagResource UpdateDeploymentGroup",
        ),
        APPLICATIONS: of("codedeploy", "GetApplication GetApplicationRevision ListDeploymentGroups"),
        DEPLOYMENT_CONFIGURATIONS: "codedeploy:GetDeploymentConfig",
        passed_to("codedeploy.amazonaws.com"): PASS,
    },
    "AWS::ECR::Repository": {
        REPOSITORIES: of(
            "ecr",
            "CreateRepository DeleteLifecyclePolicy DeleteRepository DeleteRepositoryPolicy "
            "DescribeRepositories GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource "
            "PutImageScanningConfiguration PutImageTagMutability PutLifecyclePolicy "
            "SetRepositoryPolicy TagResource UntagResource",
        )
    },
    "AWS::ECS::Cluster": {
        CLUSTER: of(
            "ecs",
            "CreateCluster DeleteCluster DescribeClusters ListTagsForResource "
            "PutClusterCapacityProviders TagResource UntagResource UpdateCluster "
            "UpdateClusterSettings",
        ),
        IN_REGION: "ecs:ListClusters kms:DescribeKey",
        linked_to("ecs.amazonaws.com"): LINK,
    },
    "AWS::ECS::ClusterCapacityProviderAssociations": {
        CLUSTER: "ecs:DescribeClusters ecs:PutClusterCapacityProviders",
        IN_REGION: "ecs:DescribeCapacityProviders ecs:ListClusters",
    },
    "AWS::ECS::Service": {
        SERVICES: of(
            "ecs",
            "CreateService DeleteService DescribeServices ListServiceDeployments "
            "ListTagsForResource StopServiceDeployment TagResource UntagResource UpdateService",
        ),
        IN_REGION: "ecs:DescribeServiceDeployments ecs:ListClusters ecs:ListServices",
        passed_to("ecs.amazonaws.com"): PASS,
    },
    "AWS::ECS::TaskDefinition": {
        TASK_DEFINITIONS: "ecs:ListTagsForResource ecs:RegisterTaskDefinition ecs:TagResource "
        "ecs:UntagResource",
        IN_REGION: "ecs:DeregisterTaskDefinition ecs:DescribeTaskDefinition ecs:ListTaskDefinitions",
        ROLES: "iam:GetRole",
        passed_to("ecs-tasks.amazonaws.com"): PASS,
    },
    "AWS::Lambda::Function": {
        FUNCTIONS: of(
            "lambda",
            "CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction "
            "GetFunctionCodeSigningConfig GetFunctionRecursionConfig GetRuntimeManagementConfig "
            "ListTags PublishVersion PutFunctionConcurrency PutFunctionRecursionConfig "
            "PutRuntimeManagementConfig TagResource UntagResource UpdateFunctionCode "
            "UpdateFunctionConfiguration",
        ),
        IN_REGION: of(
            "ec2",
            "DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs",
        )
        + " lambda:ListFunctions",
        ASSETS: "s3:GetObject s3:GetObjectVersion",
        passed_to("lambda.amazonaws.com"): PASS,
    },
    "AWS::Lambda::Permission": {FUNCTIONS: "lambda:AddPermission lambda:GetPolicy lambda:RemovePermission"},
}
