"""The workflows of this project, read."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))


def read(path: Path) -> dict[str, Any]:
    """A workflow; YAML 1.1 takes its key `on` for true."""
    found = yaml.safe_load(path.read_text())
    return {"on" if key is True else key: value for key, value in found.items()}


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    """File, name and content of every job."""
    return [(path.name, name, job) for path in FILES for name, job in read(path)["jobs"].items()]


def steps() -> list[tuple[str, dict[str, Any]]]:
    """Every step, with where it stands."""
    return [
        (f"{file} {name}[{position}]", step)
        for file, name, job in jobs()
        for position, step in enumerate(job["steps"])
    ]
