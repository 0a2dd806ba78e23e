"""Resource models: what CloudFormation's handlers do, on the AWS that moto serves in this process."""

import os


def install() -> None:
    """Make moto's CloudFormation in this process use these models and their engine; idempotent.

    In a test: call it, then use boto3's `create_stack` under `mock_aws` as ever, or rehearsal.in_process. A
    deployment that fails does not raise, as on AWS: the stack's status and events tell.
    """
    from moto.core.config import default_user_config

    from rehearsal import engine
    from rehearsal.models import (
        cloudtrail_api,
        codedeploy_api,
        codedeploy_deployments,
        ecr_api,
        ecs_api,
        hook,
        s3,
        scaling_api,
    )

    # No machine starts here: without this moto makes 1,300 machine images whenever it starts or resets EC2.
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    # Functions are stored, and run by rehearsal.models.python_function; no Docker is asked for.
    default_user_config["lambda"] = {"use_docker": False}
    cloudtrail_api.install()
    codedeploy_api.install()
    codedeploy_deployments.install()
    ecr_api.install()
    ecs_api.install()
    hook.install()
    s3.install()
    scaling_api.install()
    engine.install()
