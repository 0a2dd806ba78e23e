"""Asking an AWS: every page of an answer."""

from typing import Any


def every(client: Any, operation: str, key: str, **arguments: Any) -> list[Any]:
    """All items under a key of an operation's answer, page by page where it has pages."""
    if client.can_paginate(operation):
        pages = client.get_paginator(operation).paginate(**arguments)
        return [item for page in pages for item in page.get(key, [])]
    return getattr(client, operation)(**arguments).get(key, [])


def name_of(tagged: dict[str, Any]) -> str:
    """The tag Name of an EC2 resource, or ""."""
    return next((tag["Value"] for tag in tagged.get("Tags", []) if tag["Key"] == "Name"), "")
