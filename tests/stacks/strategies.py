"""Services with each strategy, for tests and for the app that the gate runs."""

from collections.abc import Mapping

from environments import model
from environments.model import Environment

STRATEGIES: Mapping[str, model.Deployment] = {
    "codedeploy": model.CodeDeployBlueGreen(
        traffic=model.Canary(percent=20, minutes=1), termination_wait_minutes=5, approval_wait_minutes=30
    ),
    "rolling": model.RollingUpdate(),
    "bluegreen": model.NativeBlueGreen(bake_minutes=7),
    "linear": model.NativeLinear(percent=25, step_minutes=3),
    "canary": model.NativeCanary(percent=10, canary_minutes=5),
}

_TEST = model.SmokeTest(path="/healthz")
WITH_SMOKE_TEST: Mapping[str, model.Deployment] = {
    "tested-codedeploy": model.CodeDeployBlueGreen(
        traffic=model.AllAtOnce(), termination_wait_minutes=5, smoke_test=_TEST
    ),
    "tested-linear": model.NativeLinear(percent=50, step_minutes=1, smoke_test=_TEST),
}
ALL = {**STRATEGIES, **WITH_SMOKE_TEST}


def with_strategy(environment: Environment, deployment: model.Deployment, **fields: object) -> Environment:
    """The environment with its first service alone, deployed so."""
    service = environment.services[0].model_copy(update={"deployment": deployment, **fields})
    return environment.model_copy(update={"services": (service,)})


def with_all(environment: Environment) -> Environment:
    """The environment with a service a strategy, named after it."""
    first = environment.services[0]
    services = tuple(
        first.model_copy(
            update={
                "name": name,
                "deployment": deployment,
                "routing": first.routing.model_copy(update={"priority": number}),
            }
        )
        for number, (name, deployment) in enumerate(ALL.items(), start=1)
    )
    return environment.model_copy(update={"services": services})
