"""Read the environment files: run each, validate all, compare them with each other."""

import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from environments.loading.between import between_environments
from environments.loading.check import Checked, check
from environments.loading.github import check_github
from environments.loading.places import Path as FieldPath
from environments.loading.places import locate
from environments.loading.report import Mistake, Unfilled
from environments.loading.tree import children
from environments.model.environment import Environment
from environments.model.github import GitHub
from environments.model.placeholder import Placeholder
from environments.model.value import repeats


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the environment files hold.

    Args:
        environments: The valid environments, in the order of their names; all of them if there is no mistake.
        mistakes: Every mistake of every file.
        unfilled: The placeholders by the environment's name.
        github: The GitHub settings. None where there are none, or mistakes in them.
    """

    environments: tuple[Environment, ...]
    mistakes: tuple[Mistake, ...]
    unfilled: Mapping[str, tuple[Unfilled, ...]]
    github: GitHub | None = None


def load(names: Sequence[str], folder: Path, github: object = None) -> Loaded:
    """Read and validate environments, and what is said of all of them.

    Args:
        names: Their names; `prod-eu` is in `prod_eu.py`.
        folder: Where the files are.
        github: `GITHUB` as the folder's `__init__.py` writes it. None by default.
    """
    mistakes = [
        Mistake(
            file=f"{folder.name}/__init__.py",
            field=f"ENVIRONMENTS[{position}]",
            value=repr(names[position]),
            problem="Listed twice.",
            allowed="each name once.",
        )
        for position, _ in repeats(names)
    ]
    checked: dict[str, Checked[Environment]] = {}
    unfilled: dict[str, tuple[Unfilled, ...]] = {}
    for name in dict.fromkeys(names):
        written = _run(folder, _file_name(name))
        if isinstance(written, Mistake):
            mistakes.append(written)
            continue
        file = f"{folder.name}/{_file_name(name)}"
        checked[name] = check(written, file)
        mistakes += checked[name].mistakes
        unfilled[name] = tuple(_placeholders(written, file))
    readable = {name: (of.file, of.readable) for name, of in checked.items()}
    mistakes += between_environments(readable)
    github_valid, github_mistakes = check_github(github, f"{folder.name}/__init__.py", readable)
    return Loaded(
        environments=tuple(of.valid for of in checked.values() if of.valid is not None),
        mistakes=(*mistakes, *github_mistakes),
        unfilled=unfilled,
        github=github_valid,
    )


def not_listed(name: str, names: Sequence[str], folder: Path) -> str:
    """What helps whoever names an environment that is none of these, or one that was only written.

    Args:
        name: The name as typed.
        names: Their names.
        folder: Where the files are.
    """
    if re.fullmatch(r"[a-z][a-z0-9-]*", name) and (folder / _file_name(name)).is_file():
        return (
            f'add "{name}" to ENVIRONMENTS in {folder.name}/__init__.py: {folder.name}/{_file_name(name)} '
            "is there, and not listed."
        )
    return f"one of: {', '.join(names)}."


def _file_name(name: str) -> str:
    return f"{name.replace('-', '_')}.py"


def _run(folder: Path, file_name: str) -> Environment | Mistake:
    """The environment that a file writes down, not validated; or what kept it from running."""
    path = folder / file_name
    file = f"{folder.name}/{file_name}"
    if not path.is_file():
        return Mistake(
            file=f"{folder.name}/__init__.py",
            field="ENVIRONMENTS",
            problem=f"There is no {file}.",
            allowed="names of environments that have a file.",
        )
    spec = spec_from_file_location(f"{folder.name}.{path.stem}", path)
    if spec is None or spec.loader is None:
        return Mistake(file=file, field="line 1", problem="Python cannot load this file.")
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        return _failed(error, path, folder)
    environment = vars(module).get("ENVIRONMENT")
    if not isinstance(environment, Environment):
        return Mistake(
            file=file,
            field="ENVIRONMENT",
            value=None if environment is None else repr(environment),
            problem="The file does not say what its environment is.",
            allowed="ENVIRONMENT = Environment(...) or ProductionEnvironment(...).",
        )
    return environment


def _failed(error: Exception, path: Path, folder: Path) -> Mistake:
    """Where and why a file did not run: its own last line, or that of a file beside it."""
    message = f"{type(error).__name__}: {error}."
    if isinstance(error, SyntaxError) and error.filename:
        at, line, message = Path(error.filename), error.lineno, f"{type(error).__name__}: {error.msg}."
    else:
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).parent == folder
        ]
        at, line = (Path(frames[-1].filename), frames[-1].lineno) if frames else (path, 1)
    file = f"{folder.name}/{at.name}" if at.parent == folder else str(at)
    return Mistake(file=file, field=f"line {line}", problem=message)


def _placeholders(written: Environment, file: str) -> Iterator[Unfilled]:
    def walk(value: object, at: FieldPath) -> Iterator[Unfilled]:
        if isinstance(value, Placeholder):
            place = locate(written, at)
            yield Unfilled(file=file, field=place.field, stand_in=str(value), fill_in=value.fill_in)
        for step, child in children(value):
            yield from walk(child, (*at, step))

    yield from walk(written, ())
