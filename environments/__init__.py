"""The environments: one file each with everything that differs, listed here and validated together."""

import sys
from pathlib import Path

from environments.loading.files import load
from environments.loading.report import report
from environments.model.environment import Environment

ENVIRONMENTS = (
    "dev",
    "staging",
    "production",
)
"""Every environment by its name, which is also its file's: `prod-eu` is in `prod_eu.py`."""

FOLDER = Path(__file__).resolve().parent


def load_environments() -> tuple[Environment, ...]:
    """Every environment, valid and in the order of `ENVIRONMENTS`.

    Raises:
        SystemExit: With 2, after all mistakes of all files were written to standard error.
    """
    loaded = load(ENVIRONMENTS, FOLDER)
    if loaded.mistakes:
        sys.stderr.write(report(loaded.mistakes))
        raise SystemExit(2)
    return loaded.environments
