"""Reading a template: JSON first, because moto parses every template as YAML, which takes seconds."""

import json
from typing import Any

import yaml
from moto.cloudformation.utils import yaml_tag_constructor


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (!Ref, !GetAtt)."""


_Loader.add_multi_constructor("", yaml_tag_constructor)


def parse(template: str | dict[str, Any]) -> dict[str, Any]:
    """The template as a dictionary."""
    if isinstance(template, dict):
        return template
    try:
        return json.loads(template)
    except json.JSONDecodeError:
        return yaml.load(template, Loader=_Loader)  # noqa: S506 - _Loader derives from SafeLoader
