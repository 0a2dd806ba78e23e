"""What the app wrote into cdk.out: the stacks of one environment, each after those it needs.

https://docs.aws.amazon.com/cdk/v2/guide/apps.html#apps-cloud-assembly
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operate.problem import ExitCode, OperateError


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack of the assembly.

    Args:
        id: Its id within the environment, `network`.
        path: How the CDK's commands name it, `dev/network`.
        name: How CloudFormation names it, `dev-network`.
        template: Its template.
        tags: Its tags.
        bootstrap: The version of the bootstrap that it needs.
        needs: The ids of the stacks that have to be there before.
    """

    id: str
    path: str
    name: str
    template: Mapping[str, Any]
    tags: Mapping[str, str]
    bootstrap: int
    needs: Sequence[str]


def read_stacks(assembly: Path, environment: str) -> Sequence[Stack]:
    """The stacks of an environment, each after those it depends on.

    Args:
        assembly: The directory that was synthesized into.
        environment: The environment's name.

    Raises:
        OperateError: The assembly has no such environment.
    """
    for artifact in _artifacts(assembly).values():
        properties = artifact.get("properties", {})
        if artifact["type"] == "cdk:cloud-assembly" and properties.get("displayName") == environment:
            return list(_stacks(assembly / properties["directoryName"]))
    raise OperateError(
        f"{assembly} holds no environment {environment}.",
        cause="app.py makes no stage of this name.",
        code=ExitCode.FAILED,
    )


def with_needed(stacks: Sequence[Stack], wanted: str) -> Sequence[Stack]:
    """A stack and those that have to be there before it, in their order.

    Args:
        stacks: All of the environment's.
        wanted: The id of one.

    Raises:
        OperateError: There is no such stack.
    """
    by_id = {stack.id: stack for stack in stacks}
    if wanted not in by_id:
        raise OperateError(f"There is no stack {wanted!r}.", next_step=f"one of: {', '.join(by_id)}.")
    chosen: set[str] = set()
    rest = [wanted]
    while rest:
        id_ = rest.pop()
        if id_ not in chosen:
            chosen.add(id_)
            rest += by_id[id_].needs
    return [stack for stack in stacks if stack.id in chosen]


def resource_types(stacks: Sequence[Stack]) -> frozenset[str]:
    """Every type of resource in the stacks, custom ones as `AWS::CloudFormation::CustomResource`."""
    types = {
        resource["Type"] for stack in stacks for resource in stack.template.get("Resources", {}).values()
    }
    return frozenset(
        "AWS::CloudFormation::CustomResource" if each.startswith("Custom::") else each for each in types
    )


def _stacks(folder: Path) -> Iterator[Stack]:
    artifacts = {
        id_: artifact
        for id_, artifact in _artifacts(folder).items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    done: list[str] = []

    def visit(id_: str) -> Iterator[str]:
        if id_ in artifacts and id_ not in done:
            done.append(id_)
            for needed in artifacts[id_].get("dependencies", []):
                yield from visit(needed)
            yield id_

    for start in artifacts:
        for id_ in visit(start):
            properties = artifacts[id_]["properties"]
            path: str = artifacts[id_].get("displayName", id_)
            yield Stack(
                id=path.partition("/")[2],
                path=path,
                name=properties.get("stackName", id_),
                template=json.loads((folder / properties["templateFile"]).read_text(encoding="utf-8")),
                tags=properties.get("tags", {}),
                bootstrap=int(properties.get("requiresBootstrapStackVersion", 0)),
                needs=[
                    artifacts[needed].get("displayName", needed).partition("/")[2]
                    for needed in artifacts[id_].get("dependencies", [])
                    if needed in artifacts
                ],
            )


def _artifacts(folder: Path) -> Mapping[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest.get("artifacts", {})
