"""Every environment, one stage each."""

import aws_cdk as cdk

from environments import load_environments
from stacks.environment_stage import EnvironmentStage

app = cdk.App(analytics_reporting=False)
for environment in load_environments():
    EnvironmentStage(app, environment=environment)
app.synth()
