"""Every environment, one stage each; cdk-nag reads all of them."""

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from environments import load_environments
from stacks.environment_stage import EnvironmentStage

app = cdk.App(analytics_reporting=False)
for environment in load_environments():
    EnvironmentStage(app, environment=environment)
cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
app.synth()
