"""Reading a cloud assembly, what the app wrote: its stacks, their templates and the files they need."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class StackArtifact:
    """A stack of an assembly.

    Args:
        name: CloudFormation's name of the stack, `dev-network`.
        path: The CDK's name, `dev/network`.
        region: Where it goes; None where the app leaves that to the credentials.
        template: Its template.
        folder: Directory of the assembly it lies in.
    """

    name: str
    path: str
    region: str | None
    template: dict[str, Any]
    folder: Path

    @property
    def resources(self) -> int:
        """How many resources it has."""
        return len(self.template.get("Resources", {}))


def stacks(assembly: Path) -> list[StackArtifact]:
    """All stacks of an assembly and of the stages nested in it."""
    return list(_stacks(assembly))


def _stacks(folder: Path) -> Iterator[StackArtifact]:
    for name, artifact in _artifacts(folder).items():
        properties = artifact.get("properties", {})
        if artifact["type"] == "cdk:cloud-assembly":
            yield from _stacks(folder / properties["directoryName"])
        elif artifact["type"] == "aws:cloudformation:stack":
            # aws://123456789012/eu-central-1
            region = artifact["environment"].rsplit("/", 1)[-1]
            template = json.loads((folder / properties["templateFile"]).read_text(encoding="utf-8"))
            yield StackArtifact(
                name=properties.get("stackName", name),
                path=artifact.get("displayName", name),
                region=None if region == "unknown-region" else region,
                template=template,
                folder=folder,
            )


def files(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """Every file asset of one assembly folder: its path (zip a folder), bucket and key, unresolved."""
    for artifact in _artifacts(folder).values():
        if artifact["type"] == "cdk:asset-manifest":
            manifest = json.loads((folder / artifact["properties"]["file"]).read_text(encoding="utf-8"))
            for asset in manifest.get("files", {}).values():
                for destination in asset["destinations"].values():
                    yield (
                        folder / asset["source"]["path"],
                        destination["bucketName"],
                        destination["objectKey"],
                    )


def _artifacts(folder: Path) -> dict[str, Any]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest.get("artifacts", {})
