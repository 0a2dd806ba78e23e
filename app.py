"""Every environment, one stage each, and the stack of each account where GitHub deploys."""

import gc
import os
from concurrent.futures import ThreadPoolExecutor

import jsii_node

os.environ.update(jsii_node.variables())

import aws_cdk as cdk

# A synth is over before there is garbage to collect, and aws_cdk's objects, frozen, are not walked once more
# at exit: together half a second.
gc.disable()
with ThreadPoolExecutor(1) as aside:
    # CDK's own rules, which a second plugin of this kind would replace. They take Node a second to start, in
    # which Python loads the rest; nothing of that talks to Node. docs/decisions/synth-time.md
    validation = os.environ.get("CDK_VALIDATION") != "false"  # how `cdk synth --no-validation` says it
    rules = aside.submit(cdk.CloudFormationValidatePlugin) if validation else None
    from environments import load_all
    from stacks.account_stack import account_stacks
    from stacks.environment_stage import EnvironmentStage

    project = load_all()

# From Python, the stack of each construct's creation reads "no user code in 10 frames".
app = cdk.App(analytics_reporting=False, context={"aws:cdk:disable-creation-stack-traces": True})
if rules:
    cdk.Validations.of(app).add_plugins(rules.result())
for environment in project.environments:
    EnvironmentStage(app, environment=environment)
account_stacks(app, github=project.github, environments=project.environments)
app.synth()
gc.freeze()
