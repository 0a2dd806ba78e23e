"""Every public name of the library, by the module it lives in."""

from ecs_platform.account.bootstrap import STANDARD_QUALIFIER, Bootstrap
from ecs_platform.account.github import GITHUB_ISSUER, GitHubProvider, GitHubRepository, GitHubRole
from ecs_platform.account.operators import Operated, OperatorPolicies
from ecs_platform.account.permission import Permission
from ecs_platform.capacity.agent import AgentConfig, AgentLogLevel, ImagePull, InstanceLogDriver, PortRange
from ecs_platform.capacity.ec2_capacity import Ec2Capacity
from ecs_platform.capacity.external import ExternalCapacity
from ecs_platform.capacity.image import Ec2Image
from ecs_platform.capacity.placement import (
    Binpack,
    DistinctInstance,
    MemberOf,
    PackBy,
    PlacementConstraint,
    PlacementStrategy,
    Random,
    Spread,
    SpreadOver,
)
from ecs_platform.capacity.scaling import InstanceReplacement, ManagedScaling, Spot
from ecs_platform.cluster import CapacityShare, Cluster
from ecs_platform.deployment.alarms import Alarms, AlarmThresholds
from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.code_deploy import BlueGreenDeployment
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.hooks.smoke_test_function import SmokeTestFunction
from ecs_platform.deployment.native import Native, NativeBlueGreen, NativeCanary, NativeLinear
from ecs_platform.deployment.native_deployment import NativeDeployment, NetworkNativeDeployment
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
from ecs_platform.load_balancer.network_listener import NetworkListener, NetworkListeners
from ecs_platform.load_balancer.network_load_balancer import NetworkLoadBalancer
from ecs_platform.load_balancer.network_routing import Alpn, NetworkProtocol, NetworkRouting
from ecs_platform.load_balancer.waf import Waf
from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.existing import ExistingNetwork
from ecs_platform.network.interface import INetwork
from ecs_platform.network.network import Nat, Network, Zone
from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.image_repository import ImageRepository
from ecs_platform.registry.images import Image, PublicImage, RegistryImage, SourceImage
from ecs_platform.service.autoscaling import Scaling, ScheduledCapacity
from ecs_platform.service.daemon import DaemonService
from ecs_platform.service.discovery import Discovery
from ecs_platform.service.ec2_service import Ec2Service
from ecs_platform.service.external_service import ExternalService
from ecs_platform.service.namespace import Namespace
from ecs_platform.service.network_alarms import NetworkAlarms, NetworkAlarmThresholds
from ecs_platform.service.network_load_balanced_service import NetworkLoadBalancedService
from ecs_platform.service.network_target_groups import (
    NetworkHealthCheck,
    NetworkTargetGroups,
    NetworkTargetGroupSettings,
)
from ecs_platform.service.queue import WorkQueue
from ecs_platform.service.queue_scaling import QueueScaling
from ecs_platform.service.routing import Routing
from ecs_platform.service.service import Service
from ecs_platform.service.service_connect import Endpoint, ServiceConnect
from ecs_platform.service.target_groups import TargetGroups, TargetGroupSettings, TargetHealthCheck
from ecs_platform.service.worker import Worker
from ecs_platform.stopped_tasks import StoppedTasks
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.container import Container
from ecs_platform.task.container_options import BridgeContainerOptions, ContainerOptions
from ecs_platform.task.datadog import DatadogAgent
from ecs_platform.task.depends_on import Condition, DependsOn
from ecs_platform.task.ec2_task_definition import Ec2TaskDefinition
from ecs_platform.task.environment_file import EnvironmentFile
from ecs_platform.task.external_task_definition import ExternalTaskDefinition
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.file_system import FileSystem
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.host_volumes import DockerVolume, DockerVolumeScope, HostVolume
from ecs_platform.task.interface import ILogDriver, IVolume
from ecs_platform.task.log_drivers.cloudwatch_output import CloudWatchOutput
from ecs_platform.task.log_drivers.driver import LogDriver
from ecs_platform.task.log_drivers.firehose_output import FirehoseOutput
from ecs_platform.task.log_drivers.firelens import FireLens
from ecs_platform.task.log_drivers.plugin_output import PluginOutput
from ecs_platform.task.log_drivers.s3_output import S3Output
from ecs_platform.task.log_drivers.splunk import Splunk, SplunkFormat
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.machine_task import MachineContainerOptions, Sharing
from ecs_platform.task.mounts import Mount, Tmpfs
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.port_protocol import PortProtocol
from ecs_platform.task.restart_policy import RestartPolicy
from ecs_platform.task.secrets import Secret, SecretsManagerSecret, SsmParameter
from ecs_platform.task.task import Task
from ecs_platform.task.task_definition import TaskDefinition
from ecs_platform.task.task_roles import TaskRoles
from ecs_platform.task.task_size import TaskSize
from ecs_platform.task.volumes import EfsVolume, SharedVolume, Volume

__all__ = [
    "EVERY_TASK",
    "GITHUB_ISSUER",
    "STANDARD_QUALIFIER",
    "AgentConfig",
    "AgentLogLevel",
    "AlarmThresholds",
    "Alarms",
    "AllAtOnce",
    "Alpn",
    "Architecture",
    "AwsLogs",
    "AwsRepository",
    "AwsService",
    "Binpack",
    "BlueGreenDeployment",
    "Bootstrap",
    "BridgeContainerOptions",
    "Canary",
    "CapacityShare",
    "CloudWatchOutput",
    "Cluster",
    "CodeDeployBlueGreen",
    "CodeDeployStage",
    "Compatibility",
    "Condition",
    "ConfigurationError",
    "Container",
    "ContainerOptions",
    "Cron",
    "DaemonService",
    "DatadogAgent",
    "DependsOn",
    "Discovery",
    "DistinctInstance",
    "DockerVolume",
    "DockerVolumeScope",
    "Ec2Capacity",
    "Ec2Image",
    "Ec2Service",
    "Ec2TaskDefinition",
    "EfsVolume",
    "Endpoint",
    "EnvironmentFile",
    "ExistingNetwork",
    "ExternalCapacity",
    "ExternalService",
    "ExternalTaskDefinition",
    "FargateSize",
    "FileSystem",
    "FireLens",
    "FirehoseOutput",
    "GitHubProvider",
    "GitHubRepository",
    "GitHubRole",
    "HealthCheck",
    "HostVolume",
    "Https",
    "ILogDriver",
    "INetwork",
    "IVolume",
    "Image",
    "ImagePull",
    "ImageRepository",
    "InstanceLogDriver",
    "InstanceReplacement",
    "Linear",
    "ListenerRule",
    "ListenerRules",
    "LoadBalancer",
    "LogDriver",
    "MachineContainerOptions",
    "ManagedScaling",
    "MemberOf",
    "Mount",
    "Namespace",
    "Nat",
    "Native",
    "NativeBlueGreen",
    "NativeCanary",
    "NativeDeployment",
    "NativeLinear",
    "NativeStage",
    "Network",
    "NetworkAlarmThresholds",
    "NetworkAlarms",
    "NetworkHealthCheck",
    "NetworkListener",
    "NetworkListeners",
    "NetworkLoadBalancedService",
    "NetworkLoadBalancer",
    "NetworkMode",
    "NetworkNativeDeployment",
    "NetworkProtocol",
    "NetworkRouting",
    "NetworkTargetGroupSettings",
    "NetworkTargetGroups",
    "OneOffTask",
    "OneTime",
    "Operated",
    "OperatorPolicies",
    "PackBy",
    "Permission",
    "PlacementConstraint",
    "PlacementStrategy",
    "PluginOutput",
    "PortProtocol",
    "PortRange",
    "PublicImage",
    "QueueScaling",
    "Random",
    "Rate",
    "RegistryImage",
    "RestartPolicy",
    "Retry",
    "RollingUpdate",
    "Routing",
    "RuleRole",
    "S3Output",
    "Scaling",
    "Schedule",
    "ScheduledCapacity",
    "ScheduledTask",
    "Secret",
    "SecretsManagerSecret",
    "Service",
    "ServiceConnect",
    "SharedVolume",
    "Sharing",
    "SmokeTest",
    "SmokeTestFunction",
    "SourceImage",
    "Splunk",
    "SplunkFormat",
    "Spot",
    "Spread",
    "SpreadOver",
    "SsmParameter",
    "StoppedTasks",
    "Strategy",
    "TargetGroupSettings",
    "TargetGroups",
    "TargetHealthCheck",
    "Task",
    "TaskDefinition",
    "TaskRoles",
    "TaskSize",
    "Tmpfs",
    "Traffic",
    "Volume",
    "Waf",
    "WorkQueue",
    "Worker",
    "Zone",
]
