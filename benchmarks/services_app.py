"""dev with as many services as the first argument says: what does one more cost?"""

import sys

import aws_cdk as cdk

from environments import load_environments
from stacks.environment_stage import EnvironmentStage

dev = next(environment for environment in load_environments() if environment.name == "dev")
first = dev.services[0]
services = tuple(
    first.model_copy(
        update={
            "name": f"hello-{number}",
            "routing": first.routing.model_copy(update={"priority": number}),
        }
    )
    for number in range(1, int(sys.argv[1]) + 1)
)
app = cdk.App(analytics_reporting=False)
EnvironmentStage(app, environment=dev.model_copy(update={"services": services}))
app.synth()
