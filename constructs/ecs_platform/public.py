"""Every public name of the library, by the module it lives in."""

from ecs_platform.cluster import CapacityShare, Cluster
from ecs_platform.deployment.alarms import Alarms, AlarmThresholds
from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.code_deploy import BlueGreenDeployment
from ecs_platform.deployment.traffic import AllAtOnce, Canary, Linear, Traffic
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
from ecs_platform.registry.images import Image, RegistryImage, SourceImage
from ecs_platform.service.autoscaling import Scaling, ScheduledCapacity
from ecs_platform.service.service import Routing, Service
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
    "AlarmThresholds",
    "Alarms",
    "AllAtOnce",
    "Architecture",
    "AwsLogs",
    "AwsService",
    "BlueGreenDeployment",
    "Canary",
    "CapacityShare",
    "Cluster",
    "CodeDeployBlueGreen",
    "ConfigurationError",
    "ExistingNetwork",
    "FargateSize",
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
    "Network",
    "RegistryImage",
    "Routing",
    "RuleRole",
    "Scaling",
    "ScheduledCapacity",
    "Secret",
    "SecretsManagerSecret",
    "Service",
    "SourceImage",
    "SsmParameter",
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
