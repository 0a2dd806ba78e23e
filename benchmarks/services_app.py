"""dev with as many services as the first argument says, images from the second: "source" or "registry"."""

import gc
import os
import sys

import jsii_node

os.environ.update(jsii_node.variables())  # this, gc and the context as app.py has them

import aws_cdk as cdk

from environments import load_environments
from environments.model import RegistryImage
from stacks.environment_stage import EnvironmentStage

dev = next(environment for environment in load_environments() if environment.name == "dev")
first = dev.services[0]
image = first.image if sys.argv[2] == "source" else RegistryImage(tag="1")
services = tuple(
    first.model_copy(
        update={
            "name": f"hello-{number}",
            "image": image,
            "routing": first.routing.model_copy(update={"priority": number}),
        }
    )
    for number in range(1, int(sys.argv[1]) + 1)
)
gc.disable()
app = cdk.App(analytics_reporting=False, context={"aws:cdk:disable-creation-stack-traces": True})
EnvironmentStage(app, environment=dev.model_copy(update={"services": services}))
app.synth()
gc.freeze()
