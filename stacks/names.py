"""The names that people type, one rule each: everything else is named by CloudFormation."""

from environments.model import Environment, ServiceSettings


def repository_name(environment: Environment, service: ServiceSettings) -> str:
    """Where the service's images are pushed: `dev/hello`."""
    return f"{environment.name}/{service.name}"


def family_name(environment: Environment, service: ServiceSettings) -> str:
    """The task definition's family, which an account and region share: `dev-hello`."""
    return f"{environment.name}-{service.name}"


def log_group_name(environment: Environment, service: ServiceSettings) -> str:
    """Where the service's output is read: `/ecs/dev/hello`."""
    return f"/ecs/{environment.name}/{service.name}"
