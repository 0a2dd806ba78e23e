"""Every public name of the library, by the module it lives in."""

from ecs_platform.account.bootstrap import STANDARD_QUALIFIER, Bootstrap
from ecs_platform.account.github import GITHUB_ISSUER, GitHubProvider, GitHubRepository, GitHubRole
from ecs_platform.account.operators import Operated, OperatorPolicies
from ecs_platform.account.permission import Permission
from ecs_platform.cluster import CapacityShare, Cluster
from ecs_platform.deployment.alarms import Alarms, AlarmThresholds
from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.code_deploy import BlueGreenDeployment
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.hooks.smoke_test_function import SmokeTestFunction
from ecs_platform.deployment.native import Native, NativeBlueGreen, NativeCanary, NativeLinear
from ecs_platform.deployment.native_deployment import NativeDeployment
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.stages import CodeDeployStage, NativeStage
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.deployment.traffic import AllAtOnce, Canary, Linear, Traffic
from ecs_platform.jobs.one_off_task import OneOffTask
from ecs_platform.jobs.retry import Retry
from ecs_platform.jobs.schedule import Cron, OneTime, Rate, Schedule
from ecs_platform.jobs.scheduled_task import ScheduledTask
from ecs_platform.load_balancer.https import Https
from ecs_platform.load_balancer.listener_rule import ListenerRule, ListenerRules, RuleRole
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.load_balancer.waf import Waf
from ecs_platform.network.existing import ExistingNetwork
from ecs_platform.network.interface import INetwork
from ecs_platform.network.network import Nat, Network, Zone
from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.image_repository import ImageRepository
from ecs_platform.registry.images import Image, PublicImage, RegistryImage, SourceImage
from ecs_platform.service.autoscaling import Scaling, ScheduledCapacity
from ecs_platform.service.routing import Routing
from ecs_platform.service.service import Service
from ecs_platform.service.target_groups import TargetGroups, TargetGroupSettings, TargetHealthCheck
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.mounts import Tmpfs
from ecs_platform.task.secrets import Secret, SecretsManagerSecret, SsmParameter
from ecs_platform.task.task_definition import TaskDefinition
from ecs_platform.task.task_roles import TaskRoles

__all__ = [
    "EVERY_TASK",
    "GITHUB_ISSUER",
    "STANDARD_QUALIFIER",
    "AlarmThresholds",
    "Alarms",
    "AllAtOnce",
    "Architecture",
    "AwsLogs",
    "AwsService",
    "BlueGreenDeployment",
    "Bootstrap",
    "Canary",
    "CapacityShare",
    "Cluster",
    "CodeDeployBlueGreen",
    "CodeDeployStage",
    "ConfigurationError",
    "Cron",
    "ExistingNetwork",
    "FargateSize",
    "GitHubProvider",
    "GitHubRepository",
    "GitHubRole",
    "HealthCheck",
    "Https",
    "INetwork",
    "Image",
    "ImageRepository",
    "Linear",
    "ListenerRule",
    "ListenerRules",
    "LoadBalancer",
    "Nat",
    "Native",
    "NativeBlueGreen",
    "NativeCanary",
    "NativeDeployment",
    "NativeLinear",
    "NativeStage",
    "Network",
    "OneOffTask",
    "OneTime",
    "Operated",
    "OperatorPolicies",
    "Permission",
    "PublicImage",
    "Rate",
    "RegistryImage",
    "Retry",
    "RollingUpdate",
    "Routing",
    "RuleRole",
    "Scaling",
    "Schedule",
    "ScheduledCapacity",
    "ScheduledTask",
    "Secret",
    "SecretsManagerSecret",
    "Service",
    "SmokeTest",
    "SmokeTestFunction",
    "SourceImage",
    "SsmParameter",
    "Strategy",
    "TargetGroupSettings",
    "TargetGroups",
    "TargetHealthCheck",
    "TaskDefinition",
    "TaskRoles",
    "Tmpfs",
    "Traffic",
    "Waf",
    "Zone",
]
