"""The floor: one stack with one resource."""

import aws_cdk as cdk
from aws_cdk import aws_sns as sns

app = cdk.App()
sns.Topic(cdk.Stack(app, "minimal"), "Topic")
app.synth()
