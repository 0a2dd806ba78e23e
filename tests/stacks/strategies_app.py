"""An app with a service a strategy; the gate runs it with CDK's own validation on."""

import aws_cdk as cdk

from environments import load_environments
from stacks.environment_stage import EnvironmentStage
from tests.stacks.strategies import with_all

app = cdk.App(analytics_reporting=False, stack_traces=False)
dev = next(environment for environment in load_environments() if environment.name == "dev")
EnvironmentStage(app, environment=with_all(dev))
app.synth()
