"""Every environment, one stage each."""

import gc

import aws_cdk as cdk

from environments import load_environments
from stacks.environment_stage import EnvironmentStage

# A synth is over before there is garbage to collect, and aws_cdk's objects, frozen, are not walked once more
# at exit: together half a second.
gc.disable()
app = cdk.App(analytics_reporting=False)
for environment in load_environments():
    EnvironmentStage(app, environment=environment)
app.synth()
gc.freeze()
