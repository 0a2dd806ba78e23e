"""Reads service/Dockerfile and .dockerignore, as far as they use Docker's language."""

import json
import shlex
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath


@dataclass
class Stage:
    """One FROM and what follows it."""

    image: str
    name: str | None
    instructions: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def all(self, keyword: str) -> list[str]:
        """The arguments of every instruction of that name."""
        return [arguments for name, arguments in self.instructions if name == keyword]

    def last(self, keyword: str) -> str:
        """The arguments of the one that counts where Docker lets a later one replace an earlier."""
        return self.all(keyword)[-1]

    @property
    def copies(self) -> list[tuple[str | None, list[str], str]]:
        """Of every COPY: the stage it copies from (None for the build context), the sources, the target."""
        found: list[tuple[str | None, list[str], str]] = []
        for arguments in self.all("COPY"):
            words = shlex.split(arguments)
            flags = [word for word in words if word.startswith("--")]
            *sources, target = [word for word in words if not word.startswith("--")]
            origin = [flag.removeprefix("--from=") for flag in flags if flag.startswith("--from=")]
            found.append((origin[0] if origin else None, sources, target))
        return found

    @property
    def entry_point(self) -> list[str]:
        """The words of ENTRYPOINT, which must be in exec form."""
        return json.loads(self.last("ENTRYPOINT"))

    @property
    def environment(self) -> dict[str, str]:
        """The variables that ENV sets."""
        words = [word for arguments in self.all("ENV") for word in shlex.split(arguments)]
        return dict(word.split("=", 1) for word in words)


def read_stages(path: Path) -> list[Stage]:
    """The stages of a Dockerfile."""
    lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    stages: list[Stage] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        keyword, _, arguments = line.partition(" ")
        if keyword == "FROM":
            image, *name = arguments.split(" AS ")
            stages.append(Stage(image, name[0] if name else None))
        else:
            stages[-1].instructions.append((keyword, arguments.strip()))
    return stages


def read_context(folder: Path) -> set[str]:
    """The files that .dockerignore lets into the build: of the patterns that match, the last one decides."""
    patterns = read_patterns(folder / ".dockerignore")
    return {
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and not is_ignored(file.relative_to(folder).as_posix(), patterns)
    }


def read_patterns(path: Path) -> list[str]:
    """The patterns of a .dockerignore."""
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def is_ignored(path: str, patterns: list[str]) -> bool:
    """Whether a file, or a folder above it, is kept out."""
    names = [path, *(str(parent) for parent in PurePosixPath(path).parents)]
    ignored = False
    for pattern in patterns:
        wanted = pattern.removeprefix("!")
        anywhere = wanted.removeprefix("**/")
        if any(fnmatch(name, wanted) for name in names) or (
            anywhere != wanted and any(fnmatch(PurePosixPath(name).name, anywhere) for name in names)
        ):
            ignored = not pattern.startswith("!")
    return ignored
