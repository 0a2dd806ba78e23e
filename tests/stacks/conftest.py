"""The environment that tests of stacks change."""

import pytest

from environments.model import Environment
from tests.reference import DEV
from tests.synthesis import Templates, synthesize


@pytest.fixture(scope="session")
def dev() -> Environment:
    """dev as shipped, whatever a fork has made of its own."""
    return DEV


@pytest.fixture(scope="session")
def dev_templates() -> Templates:
    """Its templates."""
    return synthesize(DEV)
