"""Writes options.md and environment-files.md: what there is to set, from signatures and docstrings.

`make options` after a change of either; a test compares.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import griffe

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

# What makes an empty collection is typed in the sources, and empty here.
_EMPTY = re.compile(r"^(dict|list|tuple)(?:\[.*\])?\(\)$")
_LITERALS = {"dict": "{}", "list": "[]", "tuple": "()"}
# How pydantic tells the members of a union apart is nothing that a person writes.
_TAGGED = re.compile(r"Annotated\[(\w+), Tag\('?\w+'?\)\]")
_UNION = re.compile(r"Annotated\[([^\[\]]*), BY_CLASS\]")
_PLACE = ["scope", "id_"]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page on the public names of one package.

    Args:
        name: Of the file, beside this one.
        head: What stands above the names.
        package: The package.
        source: The source root that holds it, seen from the project.
        listing: The file that lists the names by importing them.
    """

    name: str
    head: str
    package: str
    source: str
    listing: str

    @property
    def file(self) -> Path:
        """Where it is written."""
        return HERE / self.name

    def modules(self) -> Mapping[str, str]:
        """The module of each public name, in the order in which the package lists them."""
        parsed = ast.parse((ROOT / self.source / self.listing).read_text(encoding="utf-8"))
        return {
            alias.name: (node.module or "").removeprefix(f"{self.package}.")
            for node in parsed.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def public(self) -> Mapping[str, griffe.Object]:
        """What each of them stands for, as the sources say it; nothing is imported."""
        loaded = griffe.load(
            self.package,
            search_paths=[ROOT / self.source],
            docstring_parser="google",
            # A pydantic model has no signature that the parser would see.
            docstring_options={"warnings": False},
        )
        found = {name: loaded[f"{module}.{name}"] for name, module in self.modules().items()}
        return {
            name: each.final_target if isinstance(each, griffe.Alias) else each
            for name, each in found.items()
        }

    def text(self) -> str:
        """The whole page."""
        room, parts, modules = "", [self.head], self.modules()
        folder = ROOT / self.source / self.package.replace(".", "/")
        for name, found in self.public().items():
            first = modules[name].partition(".")[0]
            if first != room:
                room = first
                parts.append(f"## {room}/\n" if (folder / room).is_dir() else f"## {room}\n")
            source = Path(str(found.filepath)).relative_to(ROOT).as_posix()
            heading = f"### {name}\n\n[{source}](../{source})"
            parts.append("\n\n".join([heading, *_body(found)]) + "\n")
        return "\n".join(parts)


PAGES = (
    Page(
        name="options.md",
        head="""# Options of the library

Every public name of the library, by room: what it is, and what it takes. `from ecs_platform import ...` finds
each. Constructs take their scope and id first, and all else by name. `make options` writes this page from the
sources.
""",
        package="ecs_platform",
        source="constructs",
        listing="ecs_platform/__init__.pyi",
    ),
    Page(
        name="environment-files.md",
        head="""# What an environment file can say

Every field of `environments/dev.py` and the others, with its type and what holds where nothing is said. The
rules across fields stand beside the fields in the sources; whoever breaks some is told all of them at once by
`make synth`. `make options` writes this page from the sources.
""",
        package="environments.model",
        source=".",
        listing="environments/model/__init__.py",
    ),
)


def arguments(found: griffe.Object) -> Sequence[griffe.Parameter]:
    """What a person passes: not `self`, and not a construct's place in the tree."""
    if is_enum(found) or not isinstance(found, griffe.Class | griffe.Function):
        return []
    if isinstance(found, griffe.Class) and _derives(found, ".Value"):
        # A model of pydantic's has no signature to read.
        return [
            griffe.Parameter(name, annotation=type_, default=value) for name, type_, value in fields(found)
        ]
    made_by = found.members.get("__new__", found)
    signature = made_by if isinstance(made_by, griffe.Function) else found
    passed = [each for each in signature.parameters if each.name not in {"self", "cls"}]
    return passed[2:] if [each.name for each in passed[:2]] == _PLACE else passed


def described(found: griffe.Object) -> Mapping[str, str]:
    """What the docstring says of each of them; of one that is inherited, its parent's."""
    own = _told(found)
    if list(own)[:2] == _PLACE:
        own = {name: text for name, text in own.items() if name not in _PLACE}
    inherited: dict[str, str] = {}
    for parent in reversed(found.mro()) if isinstance(found, griffe.Class) else []:
        inherited |= _told(parent)
    passed = {each.name for each in arguments(found)}
    return {name: text for name, text in inherited.items() if name in passed} | own


def fields(found: griffe.Class) -> Iterator[tuple[str, str | griffe.Expr, str | griffe.Expr | None]]:
    """Name, type and default of what a class of annotated names holds, its parents' first."""
    for name, member in found.all_members.items():
        field = member.final_target if isinstance(member, griffe.Alias) else member
        if isinstance(field, griffe.Attribute) and field.annotation and "property" not in field.labels:
            yield name, field.annotation, field.value


def _told(found: griffe.Object) -> dict[str, str]:
    return {
        each.name: each.description
        for section in _sections(found)
        if isinstance(section, griffe.DocstringSectionParameters)
        for each in section.value
    }


def _derives(found: griffe.Class, base: str) -> bool:
    return any(path.endswith(base) for each in (found, *found.mro()) for path in _bases(each))


def is_enum(found: griffe.Object) -> bool:
    """Whether it is an enumeration."""
    if not isinstance(found, griffe.Class):
        return False
    return any(path.startswith("enum.") for path in _bases(found))


def _bases(found: griffe.Class) -> Sequence[str]:
    return [base if isinstance(base, str) else base.canonical_path for base in found.bases]


def _body(found: griffe.Object) -> Iterator[str]:
    texts = [one.value for one in _sections(found) if isinstance(one, griffe.DocstringSectionText)]
    if texts:
        yield texts[0].strip()
    if isinstance(found, griffe.Attribute) and found.value is not None:
        yield _type(found.value)
    if is_enum(found):
        rows = [[f"`{name}`", f"`{value}`", text] for name, value, text in _members(found)]
        width = 3 if any(text for _, _, text in rows) else 2
        yield _table(["member", "value", ""][:width], [row[:width] for row in rows])
    elif isinstance(found, griffe.Class) and _derives(found, ".TypedDict"):
        yield ", ".join(f"`{name}`" for name, _, _ in fields(found))
    elif passed := arguments(found):
        told = described(found)
        yield _table(
            ["argument", "type", "default", ""],
            [
                [f"`{each.name}`", _type(each.annotation), _default(each), told.get(each.name, "")]
                for each in passed
            ],
        )


def _members(enum: griffe.Object) -> Iterator[tuple[str, str, str]]:
    for name, member in enum.members.items():
        if isinstance(member, griffe.Attribute) and name.isupper():
            yield name, str(member.value), member.docstring.value if member.docstring else ""


def _type(said: str | griffe.Expr | None) -> str:
    return f"`{_UNION.sub(lambda union: union[1], _TAGGED.sub(lambda member: member[1], str(said)))}`"


def _default(argument: griffe.Parameter) -> str:
    if argument.default is None:
        return ""
    return f"`{_EMPTY.sub(lambda made: _LITERALS[made[1]], str(argument.default))}`"


def _sections(found: griffe.Object) -> Sequence[griffe.DocstringSection]:
    return found.docstring.parsed if found.docstring else []


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    for page in PAGES:
        page.file.write_text(page.text(), encoding="utf-8")
        sys.stdout.write(f"docs/{page.name}: {len(page.modules())} names\n")
