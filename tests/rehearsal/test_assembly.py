import json
from pathlib import Path
from typing import Any

from rehearsal.assembly import files, stacks


def write(folder: Path, artifacts: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    (folder / "stack.json").write_text(json.dumps({"Resources": {"A": {}, "B": {}}}))


def stack(environment: str, **more: Any) -> dict[str, Any]:
    properties = {"templateFile": "stack.json", **more}
    return {"type": "aws:cloudformation:stack", "environment": environment, "properties": properties}


def test_stacks_of_nested_stages_are_found_with_their_region(tmp_path: Path) -> None:
    nested = {**stack("aws://111122223333/eu-west-1", stackName="dev-network"), "displayName": "dev/network"}
    write(tmp_path / "assembly-dev", {"devnetwork": nested})
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-dev"}}
    write(tmp_path, {"dev": stage, "plain": stack("aws://unknown-account/unknown-region")})

    found = [(item.name, item.path, item.region, item.resources) for item in stacks(tmp_path)]

    assert found == [("dev-network", "dev/network", "eu-west-1", 2), ("plain", "plain", None, 2)]


def test_assets_are_found_with_their_destination(tmp_path: Path) -> None:
    write(tmp_path, {"assets": {"type": "cdk:asset-manifest", "properties": {"file": "assets.json"}}})
    destination = {"bucketName": "bucket-${AWS::Region}", "objectKey": "key.zip"}
    asset = {"source": {"path": "asset.1"}, "destinations": {"here": destination}}
    (tmp_path / "assets.json").write_text(json.dumps({"files": {"1": asset}}))

    assert list(files(tmp_path)) == [(tmp_path / "asset.1", "bucket-${AWS::Region}", "key.zip")]
