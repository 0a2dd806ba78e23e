"""What one stack publishes to another."""

from typing import Any

import pytest

from rehearsal.in_process import InProcessAws, StackError
from tests.rehearsal.templates import parameter

IMPORTER: dict[str, Any] = {"Resources": {"Copy": parameter("/copy", {"Fn::ImportValue": "shared"})}}


def exporter(value: str | None, **more: str) -> dict[str, Any]:
    exports = {"shared": value, **more}
    return {
        "Resources": {"A": parameter("/a", "1")},
        "Outputs": {
            name: {"Value": text, "Export": {"Name": name}} for name, text in exports.items() if text
        },
    }


def published(aws: InProcessAws) -> dict[str, str]:
    exports = aws.client("cloudformation").list_exports()["Exports"]
    return {export["Name"]: export["Value"] for export in exports}


def test_exports_follow_their_stack(aws: InProcessAws) -> None:
    aws.deploy("from", exporter("one"))
    assert published(aws) == {"shared": "one"}

    aws.deploy("from", exporter("two", later="x"))
    assert published(aws) == {"shared": "two", "later": "x"}

    aws.destroy("from")
    assert published(aws) == {}


def test_an_export_added_by_an_update_can_be_imported(aws: InProcessAws) -> None:
    aws.deploy("from", exporter(None))
    aws.deploy("from", exporter("one"))
    aws.deploy("to", IMPORTER)

    assert aws.client("ssm").get_parameter(Name="/copy")["Parameter"]["Value"] == "one"


def test_an_unknown_export_fails_the_resource(aws: InProcessAws) -> None:
    with pytest.raises(StackError, match="No export named shared found"):
        aws.deploy("to", IMPORTER)


@pytest.mark.parametrize(("value", "verb"), [(None, "deleted"), ("other", "updated")])
def test_an_export_in_use_neither_goes_nor_changes(aws: InProcessAws, value: str | None, verb: str) -> None:
    aws.deploy("from", exporter("one"))
    aws.deploy("to", IMPORTER)

    with pytest.raises(StackError, match=f"Export shared cannot be {verb} as it is in use by to"):
        aws.deploy("from", exporter(value))
    assert published(aws) == {"shared": "one"}


def test_a_stack_with_an_export_in_use_is_not_deleted(aws: InProcessAws) -> None:
    aws.deploy("from", exporter("one"))
    aws.deploy("to", IMPORTER)

    with pytest.raises(StackError, match="cannot be deleted as it is in use by to"):
        aws.destroy("from")

    aws.destroy("to")
    aws.destroy("from")
    assert published(aws) == {}
