"""The floor: one stack with one output."""

import aws_cdk as cdk

app = cdk.App()
cdk.CfnOutput(cdk.Stack(app, "minimal"), "Output", value="1")
app.synth()
