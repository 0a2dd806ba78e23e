"""dev alone, with another path in the first service's rule: `python -m tests.rehearsal.changed_app`."""

import aws_cdk as cdk

from environments import load_environments
from stacks.environment_stage import EnvironmentStage

NEW_PATH = "/v2/*"


def main() -> None:
    """Synthesize the changed environment."""
    dev = next(environment for environment in load_environments() if environment.name == "dev")
    first, *others = dev.services
    routing = first.routing.model_copy(update={"paths": (NEW_PATH,)})
    services = (first.model_copy(update={"routing": routing}), *others)
    app = cdk.App(analytics_reporting=False)
    EnvironmentStage(app, environment=dev.model_copy(update={"services": services}))
    app.synth()


if __name__ == "__main__":
    main()
