"""Tags of resources, in the two or three shapes that the services give them."""

from typing import Any

from rehearsal.models.resource import Properties


def ec2_tags(kind: str, properties: Properties) -> dict[str, Any]:
    """The TagSpecifications argument of an EC2 call, empty where the template has no tags."""
    tags = properties.get("Tags")
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def retag_ec2(ec2: Any, resource_id: str, new: Properties, old: Properties) -> None:
    """Give an EC2 resource the new tags."""
    gone = removed_keys(new, old)
    if gone:
        ec2.delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in gone])
    if new.get("Tags"):
        ec2.create_tags(Resources=[resource_id], Tags=new["Tags"])


def removed_keys(new: Properties, old: Properties) -> list[str]:
    """Keys of the tags that are no longer there."""
    return sorted(as_map(old).keys() - as_map(new).keys())


def as_map(properties: Properties) -> dict[str, str]:
    """The tags of a resource as a dictionary; some types have them as one already."""
    tags = properties.get("Tags") or {}
    return dict(tags) if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}


def lower_case(properties: Properties) -> list[dict[str, str]]:
    """The tags with keys in lower case, as ECS has them."""
    return [{"key": key, "value": value} for key, value in as_map(properties).items()]
