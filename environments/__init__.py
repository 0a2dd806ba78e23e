"""The environments: one file each with everything that differs, listed here and validated together."""

import sys
from pathlib import Path

from environments.loading.files import Loaded, load
from environments.loading.report import report
from environments.model.environment import Environment
from environments.model.github import GitHub

ENVIRONMENTS = (
    "dev",
    "staging",
    "production",
)
"""Every environment by its name, which is also its file's: `prod-eu` is in `prod_eu.py`."""

GITHUB: GitHub | None = None
"""The repository whose workflows may deploy, `GitHub(repository="octo-org/octo-repo", ...)`: docs/github.md.

None: no stack `account-...`, and nobody but people deploys.
"""

FOLDER = Path(__file__).resolve().parent


def load_environments() -> tuple[Environment, ...]:
    """Every environment, valid and in the order of `ENVIRONMENTS`.

    Raises:
        SystemExit: With 2, after all mistakes of all files were written to standard error.
    """
    return load_all().environments


def load_all() -> Loaded:
    """Every environment, and what is said of all of them.

    Raises:
        SystemExit: With 2, after all mistakes of all files were written to standard error.
    """
    loaded = load(ENVIRONMENTS, FOLDER, GITHUB)
    if loaded.mistakes:
        sys.stderr.write(report(loaded.mistakes))
        raise SystemExit(2)
    return loaded
