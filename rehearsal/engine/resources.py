"""The resources of one stack: what exists, under which logical id, and what a reference to it gives."""

from collections.abc import Iterator
from typing import Any

from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import ResourceMap

from rehearsal.engine.resolve import resolved
from rehearsal.models.resource import Resource


class Resources(ResourceMap):
    """moto's map, which no longer creates a resource because somebody looks at it.

    moto makes resources while a template's values are read, DescribeStackResources included. Here the stack
    makes them, in order, and everybody else only reads.
    """

    def load(self) -> None:
        """Read parameters, mappings and conditions; create nothing."""
        # moto hands over an empty dictionary instead of its own while no stack exports anything.
        self.cross_stack_resources = cloudformation_backends[self._account_id][self._region_name].exports
        self.live: dict[str, Resource] = {}
        self._read()

    def reload(self, template: dict[str, Any], parameters: dict[str, Any]) -> None:
        """Take another version of the template."""
        self._template = template
        self._resource_json_map = template["Resources"]
        self.input_parameters = parameters
        self.resolved_parameters = {}
        self._read()

    def given_parameters(self) -> dict[str, Any]:
        """Parameters before look-up: given, else the default. UsePreviousValue means these."""
        slots = self._template.get("Parameters", {})
        return {name: self.input_parameters.get(name, slot.get("Default")) for name, slot in slots.items()}

    def _read(self) -> None:
        self.load_mapping()
        self.transform_mapping()
        self.load_parameters()
        self.load_conditions()

    def wanted(self) -> dict[str, dict[str, Any]]:
        """The resources of the template whose condition holds, as declared."""
        return {
            logical_id: declared
            for logical_id, declared in self._resource_json_map.items()
            if "Condition" not in declared or self.lazy_condition_map[declared["Condition"]]
        }

    def properties_of(self, logical_id: str) -> dict[str, Any]:
        """The resolved properties of a resource of the template."""
        return resolved(self._resource_json_map[logical_id].get("Properties", {}), self)

    def outputs(self) -> list[dict[str, Any]]:
        """The resolved outputs of the template whose condition holds."""
        declared = (self._template.get("Outputs") or {}).items()
        return [
            {
                "OutputKey": key,
                "OutputValue": str(resolved(output["Value"], self)),
                "Description": output.get("Description"),
                "ExportName": resolved(output["Export"]["Name"], self) if "Export" in output else None,
            }
            for key, output in declared
            if "Condition" not in output or self.lazy_condition_map[output["Condition"]]
        ]

    def __getitem__(self, key: str) -> Any:
        """A live resource, a parameter's value, or a pseudo parameter."""
        return self.live[key] if key in self.live else self._parsed_resources[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.live)

    def __len__(self) -> int:
        return len(self.live)
