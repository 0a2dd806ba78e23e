"""The two shapes of the embedded AWS: in the test's own process, and a server for what needs the CLI."""

from collections.abc import Iterator

import pytest

from rehearsal.in_process import InProcessAws
from rehearsal.server import EmbeddedAws


@pytest.fixture
def aws() -> Iterator[InProcessAws]:
    """Empty for each test."""
    with InProcessAws() as started:
        yield started


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedAws]:
    """One for all tests, because each takes two seconds to start."""
    with EmbeddedAws() as started:
        yield started
