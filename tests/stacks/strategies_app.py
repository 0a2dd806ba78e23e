"""An app with a service a strategy and every example; the gate runs it with CDK's own validation on."""

import runpy
from pathlib import Path
from unittest import mock

import aws_cdk as cdk

from environments import load_environments
from stacks.environment_stage import EnvironmentStage
from tests.stacks.strategies import with_all

app = cdk.App(analytics_reporting=False)
dev = next(environment for environment in load_environments() if environment.name == "dev")
EnvironmentStage(app, environment=with_all(dev))
for example in sorted(Path("examples").glob("*.py")):
    # As a stage of this app, an example costs neither another process nor another start of the validation.
    with mock.patch.object(cdk, "App", lambda name=example.stem: cdk.Stage(app, name.replace("_", "-"))):
        runpy.run_path(str(example))
app.synth()
