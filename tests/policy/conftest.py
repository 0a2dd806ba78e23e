"""One run of app.py for the session."""

import pytest

from tests.policy.app_run import Synthesized, run_app
from tests.synthesis import ROOT


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """The project as it stands."""
    return run_app(ROOT, tmp_path_factory.mktemp("policy") / "cdk.out")
