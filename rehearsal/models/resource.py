"""What every resource model is: three verbs on top of an AWS API that moto serves in this process."""

import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from boto3.session import Session
from botocore.config import Config
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

from rehearsal import boto, journal

Properties = dict[str, Any]


class Watched(Properties):
    """Properties that remember which of them a model has read: what nobody read is shown nowhere."""

    def __init__(self, properties: Properties) -> None:
        super().__init__(properties)
        self._read: set[str] = set()

    @property
    def unread(self) -> set[str]:
        """Names of the properties that no one asked for."""
        return set(self.keys()) - self._read

    def __getitem__(self, key: str) -> Any:
        self._read.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """One property, or the default."""
        self._read.add(key)
        return super().get(key, default)

    def items(self) -> Any:
        """All of them."""
        self._read.update(self.keys())
        return super().items()

    def __iter__(self) -> Iterator[str]:
        # Defined so that {**properties} goes through __getitem__ instead of past it.
        return super().__iter__()


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in which stack a resource is.

    Args:
        account: Account number.
        region: Region name.
        stack_id: ARN of the stack.
        stack_name: Name of the stack.
        logical_id: Name of the resource in the template.
        type: CloudFormation's resource type.
    """

    account: str
    region: str
    stack_id: str
    stack_name: str
    logical_id: str
    type: str


class GapError(Exception):
    """moto has no way to store this change; the journal says so, the stack goes on."""


class RefusedError(Exception):
    """A resource cannot be made; the message is the reason in its event."""


class Resource(ABC):
    """One resource of one stack, made through the same API calls that CloudFormation's own handler makes.

    A model sets `physical_id` and `attributes` in `create`; in `update` and `delete`, `self.properties` are
    those of the last deployment. A replacement never reaches `update`: the engine knows from CloudFormation's
    schema which properties replace a resource, creates a second object and deletes the first at the end.

    Args:
        place: Where the resource is.
        name: The physical name, from the property `named_by` or generated.
    """

    type: ClassVar[str] = ""
    """CloudFormation's resource type."""
    named_by: ClassVar[str] = ""
    """The property that carries the physical name."""
    read_later: ClassVar[frozenset[str]] = frozenset()
    """Properties that `create` has no use for, and another verb has."""

    def __init__(self, place: Place, name: str) -> None:
        self.place = place
        self.name = name
        self.physical_id = name
        self.attributes: Properties = {}
        self.properties: Properties = {}
        self.deletion_policy = "Delete"
        self.update_replace_policy = "Delete"
        # Read by moto's answers to DescribeStackResources.
        self.logical_resource_id = place.logical_id
        self.cf_resource_type = place.type

    @abstractmethod
    def create(self, new: Properties) -> None:
        """Create the resource."""

    def update(self, new: Properties) -> "Resource | None":
        """Change it in place; or return its successor, where the service decides that there is one."""
        old = self.properties
        changed = sorted(key for key in {*new, *old} if new.get(key) != old.get(key))
        raise GapError(f"change of {', '.join(changed)}")

    def delete(self) -> None:  # noqa: B027 - some leave nothing to delete
        """Delete it."""

    def aws(self, service: str) -> Any:
        """The boto3 client of a service in this resource's region."""
        return client(service, self.place.region)

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:aws:{service}:{self.place.region}:{self.place.account}:{resource}"

    def note(self, kind: journal.Kind, detail: str) -> None:
        """Write into the journal what no API tells about this resource."""
        place = self.place
        journal.write(
            journal.Entry(
                kind=kind, stack=place.stack_name, logical_id=place.logical_id, type=place.type, detail=detail
            )
        )

    @property
    def physical_resource_id(self) -> str:
        """What `Ref` gives."""
        return self.physical_id

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """What `Fn::GetAtt` gives."""
        if attribute_name not in self.attributes:
            raise UnformattedGetAttTemplateException
        return self.attributes[attribute_name]


_making_clients = threading.Lock()


def client(service: str, region: str) -> Any:
    """A boto3 client that moto answers in this process, whatever endpoint the environment names."""
    # boto3 sessions are not thread-safe while they make clients; the clients are.
    with _making_clients:
        return _client(service, region)


@cache
def _client(service: str, region: str) -> Any:
    config = Config(ignore_configured_endpoint_urls=True, retries={"total_max_attempts": 1})
    return _session(region).client(service, config=config)


@cache
def _session(region: str) -> Session:
    return boto.session(region)


def only(properties: Properties, *names: str) -> Properties:
    """The named properties that are present: most API parameters are called like the property."""
    return {name: properties[name] for name in names if name in properties}


def camel(value: Any, *, keep: frozenset[str] = frozenset()) -> Any:
    """The same value with keys in lowerCamelCase, as ECS, CodeDeploy and CodeBuild want them.

    Args:
        value: Any JSON value.
        keep: Keys (as in the template) below which names are data, for example docker labels, and stay.
    """
    if isinstance(value, list):
        return [camel(item, keep=keep) for item in value]
    if isinstance(value, dict):
        return {_lowered(key): item if key in keep else camel(item, keep=keep) for key, item in value.items()}
    return value


def _lowered(key: str) -> str:
    # An acronym goes down as a whole: EFSVolumeConfiguration, IAM, but not TTL inside a word.
    acronym = re.match(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+$", key)
    head = acronym.group() if acronym else key[:1]
    return head.lower() + key[len(head) :]
