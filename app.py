"""Every environment, one stage each, and the stack of each account where GitHub deploys."""

import gc

import aws_cdk as cdk

from environments import load_all
from stacks.account_stack import account_stacks
from stacks.environment_stage import EnvironmentStage

# A synth is over before there is garbage to collect, and aws_cdk's objects, frozen, are not walked once more
# at exit: together half a second.
gc.disable()
app = cdk.App(analytics_reporting=False)
project = load_all()
for environment in project.environments:
    EnvironmentStage(app, environment=environment)
account_stacks(app, github=project.github, environments=project.environments)
app.synth()
gc.freeze()
