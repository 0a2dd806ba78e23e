"""An app with a service a strategy; the gate runs it with CDK's own validation on."""

import aws_cdk as cdk

from stacks.environment_stage import EnvironmentStage
from tests.reference import DEV
from tests.stacks.strategies import with_all

app = cdk.App(analytics_reporting=False)
EnvironmentStage(app, environment=with_all(DEV))
app.synth()
