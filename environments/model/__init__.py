"""The classes that environment files are written with, and that stacks read."""

from environments.model.deployment import (
    AlarmThresholds,
    AllAtOnce,
    Canary,
    CodeDeployBlueGreen,
    Deployment,
    Linear,
    NativeBlueGreen,
    NativeCanary,
    NativeLinear,
    RollingUpdate,
    SmokeTest,
)
from environments.model.environment import (
    ClusterSettings,
    Environment,
    RegistrySettings,
    Tags,
)
from environments.model.github import GitHub
from environments.model.image import PublicImage, RegistryImage, SourceImage
from environments.model.job import JobSchedule, JobSettings, Retry, ServiceImage
from environments.model.load_balancer import (
    HttpsWithCertificate,
    HttpsWithHostedZone,
    LoadBalancerSettings,
    Waf,
)
from environments.model.network import NetworkSettings, Zone
from environments.model.placeholder import Placeholder
from environments.model.production import ProductionEnvironment
from environments.model.scaling import Scaling, ScheduledCapacity
from environments.model.service import Routing, ServiceSettings
from environments.model.stopped_tasks import StoppedTasks
from environments.model.task import SecretsManagerSecret, SsmParameter

__all__ = [
    "AlarmThresholds",
    "AllAtOnce",
    "Canary",
    "ClusterSettings",
    "CodeDeployBlueGreen",
    "Deployment",
    "Environment",
    "GitHub",
    "HttpsWithCertificate",
    "HttpsWithHostedZone",
    "JobSchedule",
    "JobSettings",
    "Linear",
    "LoadBalancerSettings",
    "NativeBlueGreen",
    "NativeCanary",
    "NativeLinear",
    "NetworkSettings",
    "Placeholder",
    "ProductionEnvironment",
    "PublicImage",
    "RegistryImage",
    "RegistrySettings",
    "Retry",
    "RollingUpdate",
    "Routing",
    "Scaling",
    "ScheduledCapacity",
    "SecretsManagerSecret",
    "ServiceImage",
    "ServiceSettings",
    "SmokeTest",
    "SourceImage",
    "SsmParameter",
    "StoppedTasks",
    "Tags",
    "Waf",
    "Zone",
]
