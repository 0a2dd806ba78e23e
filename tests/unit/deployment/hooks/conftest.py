from collections.abc import Iterator

import pytest

from tests.unit.deployment.hooks.stubbed_aws import Aws, stubbed_aws


@pytest.fixture
def aws() -> Iterator[Aws]:
    with stubbed_aws() as stubbed:
        yield stubbed
