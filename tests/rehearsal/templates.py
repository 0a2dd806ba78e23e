"""Templates as small as a test needs them."""

from typing import Any

Resources = dict[str, dict[str, Any]]


def template(resources: Resources, **outputs: Any) -> dict[str, Any]:
    """A template of these resources, each output given as its value or, exported, as {name: value}."""
    return {"Resources": resources, "Outputs": {name: {"Value": value} for name, value in outputs.items()}}


def resource(kind: str, *after: str, **properties: Any) -> dict[str, Any]:
    """A resource of a type, created after others."""
    declared: dict[str, Any] = {"Type": kind, "Properties": properties}
    return {**declared, "DependsOn": list(after)} if after else declared


def parameter(name: str, value: Any, **more: Any) -> dict[str, Any]:
    """The cheapest resource with a physical name, a property that changes in place and one that replaces."""
    return resource("AWS::SSM::Parameter", Name=name, Type="String", Value=value, **more)


def log_group(**properties: Any) -> dict[str, Any]:
    """The cheapest resource that CloudFormation names."""
    return resource("AWS::Logs::LogGroup", **properties)


def ref(name: str) -> dict[str, str]:
    """Ref."""
    return {"Ref": name}


def att(name: str, attribute: str) -> dict[str, list[str]]:
    """Fn::GetAtt."""
    return {"Fn::GetAtt": [name, attribute]}
