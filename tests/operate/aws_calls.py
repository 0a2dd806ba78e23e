"""Which actions of AWS `operate` calls: read from its sources, and listened to while a command runs."""

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name
from botocore.loaders import Loader

from operate.actions import needed_by

# IAM's name of a service where it is not the one that requests are signed with.
_PREFIXES = {"monitoring": "cloudwatch"}
# IAM's name of an action where it is not the API's.
_ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
}


@dataclass(frozen=True, order=True)
class Call:
    """One place that calls AWS."""

    action: str
    file: str
    line: int


class UnclearCallError(Exception):
    """A call of a method that several services have, on something that no `client("...")` was assigned to."""


@cache
def _loader() -> Loader:
    return Loader()


@cache
def _model(service: str) -> Mapping[str, dict]:
    return _loader().load_service_model(service, "service-2")


@cache
def methods(service: str) -> Mapping[str, str]:
    """IAM's actions of a service by boto3's methods."""
    metadata = _model(service)["metadata"]
    signed = metadata.get("signingName", metadata["endpointPrefix"])
    prefix = _PREFIXES.get(signed, signed)
    return {
        xform_name(name): _ACTIONS.get(f"{prefix}:{name}", f"{prefix}:{name}")
        for name in _model(service)["operations"]
    }


@cache
def waiters(service: str) -> Mapping[str, str]:
    """IAM's actions of a service by boto3's waiters."""
    try:
        found = _loader().load_service_model(service, "waiters-2")["waiters"]
    except Exception:  # botocore's own error, for services without waiters
        return {}
    return {
        xform_name(name): methods(service)[xform_name(waiter["operation"])] for name, waiter in found.items()
    }


@contextmanager
def as_listed(command: str) -> Iterator[None]:
    """Whatever a command asks for in here stands beside its name in operate/actions.py.

    Clients are heard that are made in here and by boto3's default session, as the commands make theirs.
    """
    asked: set[str] = set()

    def note(model: Any, **_: Any) -> None:
        asked.add(methods(model.service_model.service_name)[xform_name(model.name)])

    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    events = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]
    events.register("before-call", note)
    try:
        yield
    finally:
        events.unregister("before-call", note)
    assert asked <= {each.name for each in needed_by(frozenset({command}))}, f"{command}: {asked}"


def calls(folder: Path) -> set[Call]:
    """Every call in the Python files of a folder, however the client got there."""
    sources = {path: ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py"))}
    services = {service for tree in sources.values() for service in _services(tree)}
    return {
        Call(action, str(path.relative_to(folder.parent)), line)
        for path, tree in sources.items()
        for action, line in _calls(tree, services, path)
    }


def _services(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        service = _client(node)
        if service:
            yield service


def _client(node: ast.AST) -> str | None:
    """The service of `anything.client("service")`."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "client"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ):
        return str(node.args[0].value)
    return None


def _calls(tree: ast.Module, services: set[str], path: Path) -> Iterator[tuple[str, int]]:
    names = _assigned(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            known = _client(node.value) or names.get(ast.unparse(node.value))
            yield from _of_method(node.attr, known, services, f"{path.name}:{node.lineno}", node.lineno)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "_" in node.value:
            # get_paginator("list_tasks"), get_waiter("services_stable"), and helpers that take such a name.
            word, place = node.value, f"{path.name}:{node.lineno}"
            waiting = {waiters(service)[word] for service in services if word in waiters(service)}
            yield from ((action, node.lineno) for action in waiting)
            yield from _of_method(word, None, services, place, node.lineno)


def _of_method(
    method: str, known: str | None, services: set[str], place: str, line: int
) -> Iterator[tuple[str, int]]:
    if known is not None:
        if method in methods(known):
            yield methods(known)[method], line
        return
    if "_" not in method:
        return  # a word such as `invoke` says nothing without its client
    found = {methods(service)[method] for service in services if method in methods(service)}
    if len(found) > 1:
        raise UnclearCallError(
            f'{place}: {method} is one of {", ".join(sorted(found))}; write aws.client("...").{method}(...).'
        )
    yield from ((action, line) for action in found)


def _assigned(tree: ast.Module) -> dict[str, str]:
    """Names that stand for one client in the whole file: `ecs = aws.client("ecs")`."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif (isinstance(node, ast.AnnAssign) and node.value is not None) or isinstance(node, ast.NamedExpr):
            targets, value = [node.target], node.value
        else:
            continue
        service = _client(value)
        if service:
            for target in targets:
                found.setdefault(ast.unparse(target), set()).add(service)
    return {name: services.pop() for name, services in found.items() if len(services) == 1}
