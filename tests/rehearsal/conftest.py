"""An AWS in the test's own process, for everything that needs neither the server nor the CLI."""

from collections.abc import Iterator

import pytest

from rehearsal.in_process import InProcessAws


@pytest.fixture
def aws() -> Iterator[InProcessAws]:
    with InProcessAws() as started:
        yield started
