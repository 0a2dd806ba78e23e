"""Every public name of the library, by the module it lives in."""

from .account.bootstrap import STANDARD_QUALIFIER, Bootstrap
from .account.github import GITHUB_ISSUER, GitHubProvider, GitHubRepository, GitHubRole
from .account.operators import Operated, OperatorPolicies
from .account.permission import Permission
from .capacity.agent import AgentConfig, AgentLogLevel, ImagePull, InstanceLogDriver, PortRange
from .capacity.ec2_capacity import Ec2Capacity
from .capacity.external import ExternalCapacity
from .capacity.image import Ec2Image
from .capacity.placement import (
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
from .capacity.scaling import InstanceReplacement, ManagedScaling, Spot
from .cluster import CapacityShare, Cluster
from .deployment.alarms import Alarms, AlarmThresholds
from .deployment.blue_green import CodeDeployBlueGreen
from .deployment.code_deploy import BlueGreenDeployment
from .deployment.hooks.smoke_test import SmokeTest
from .deployment.hooks.smoke_test_function import SmokeTestFunction
from .deployment.native import Native, NativeBlueGreen, NativeCanary, NativeLinear
from .deployment.native_deployment import NativeDeployment, NetworkNativeDeployment
from .deployment.rolling import RollingUpdate
from .deployment.stages import CodeDeployStage, NativeStage
from .deployment.strategy import Strategy
from .deployment.traffic import AllAtOnce, Canary, Linear, Traffic
from .jobs.one_off_task import OneOffTask
from .jobs.retry import Retry
from .jobs.schedule import Cron, OneTime, Rate, Schedule
from .jobs.scheduled_task import ScheduledTask
from .load_balancer.https import Https
from .load_balancer.listener_rule import ListenerRule, ListenerRules, RuleRole
from .load_balancer.load_balancer import LoadBalancer
from .load_balancer.network_listener import NetworkListener, NetworkListeners
from .load_balancer.network_load_balancer import NetworkLoadBalancer
from .load_balancer.network_routing import Alpn, NetworkProtocol, NetworkRouting
from .load_balancer.waf import Waf
from .network.aws_repositories import AwsRepository
from .network.existing import ExistingNetwork
from .network.interface import INetwork
from .network.network import Nat, Network, Zone
from .network.reach import EVERY_TASK, AwsService
from .problem import ConfigurationError
from .registry.image_repository import ImageRepository
from .registry.images import Image, PublicImage, RegistryImage, SourceImage
from .service.autoscaling import Scaling
from .service.discovery import Discovery
from .service.machines.daemon import DaemonService
from .service.machines.ec2_service import Ec2Service
from .service.machines.external_service import ExternalService
from .service.namespace import Namespace
from .service.network.alarms import NetworkAlarms, NetworkAlarmThresholds
from .service.network.load_balanced_service import NetworkLoadBalancedService
from .service.network.target_groups import (
    NetworkHealthCheck,
    NetworkTargetGroups,
    NetworkTargetGroupSettings,
)
from .service.queue import WorkQueue
from .service.queue_scaling import QueueScaling
from .service.routing import Routing
from .service.scheduled_capacity import ScheduledCapacity
from .service.service import Service
from .service.service_connect import Endpoint, ServiceConnect
from .service.target_groups import TargetGroups, TargetGroupSettings, TargetHealthCheck
from .service.worker import Worker
from .stopped_tasks import StoppedTasks
from .task.architecture import Architecture
from .task.compatibility import Compatibility
from .task.container import Container
from .task.container_options import BridgeContainerOptions, ContainerOptions
from .task.datadog import DatadogAgent
from .task.depends_on import Condition, DependsOn
from .task.environment_file import EnvironmentFile
from .task.fargate_size import FargateSize
from .task.file_system import FileSystem
from .task.health_check import HealthCheck
from .task.interface import ILogDriver, IVolume
from .task.log_drivers.cloudwatch_output import CloudWatchOutput
from .task.log_drivers.driver import LogDriver
from .task.log_drivers.firehose_output import FirehoseOutput
from .task.log_drivers.firelens import FireLens
from .task.log_drivers.plugin_output import PluginOutput
from .task.log_drivers.s3_output import S3Output
from .task.log_drivers.splunk import Splunk, SplunkFormat
from .task.logs import AwsLogs
from .task.machines.ec2_task_definition import Ec2TaskDefinition
from .task.machines.external_task_definition import ExternalTaskDefinition
from .task.machines.host_volumes import DockerVolume, DockerVolumeScope, HostVolume
from .task.machines.machine_task import MachineContainerOptions, Sharing
from .task.machines.task_size import TaskSize
from .task.mounts import Mount, Tmpfs
from .task.network_mode import NetworkMode
from .task.port_protocol import PortProtocol
from .task.restart_policy import RestartPolicy
from .task.secrets import Secret, SecretsManagerSecret, SsmParameter
from .task.task import Task
from .task.task_definition import TaskDefinition
from .task.task_roles import TaskRoles
from .task.volumes import EfsVolume, SharedVolume, Volume

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
