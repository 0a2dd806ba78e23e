"""Types that nothing here creates, and types that moto knows and this project does not use yet."""

from typing import Any, ClassVar

from moto.cloudformation.parsing import get_model_map
from moto.core.common_models import CloudFormationModel

from rehearsal.journal import Kind
from rehearsal.models.resource import Properties, Resource


class Skipped(Resource):
    """Has an id and any attribute one asks for, exists nowhere, and is listed by name in the journal."""

    def create(self, new: Properties) -> None:
        """Say so."""
        del new
        self.note(Kind.SKIPPED, "the embedded AWS has no model of this type")

    def update(self, new: Properties) -> None:
        """Nothing exists that could change."""

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Give text that shows where it comes from."""
        return f"skipped-{self.place.logical_id}-{attribute_name}"


class MotoResource(Resource):
    """A type left to moto's own model, with what that model can do."""

    _instance: Any
    _model: ClassVar[type[CloudFormationModel]]

    def create(self, new: Properties) -> None:
        """Let moto create it."""
        self._instance = self._model.create_from_cloudformation_json(
            self.name, {"Type": self.place.type, "Properties": new}, self.place.account, self.place.region
        )
        self.physical_id = self._instance.physical_resource_id

    def update(self, new: Properties) -> Resource | None:
        """Let moto change it, which is often a replacement."""
        if hasattr(self._model.update_from_cloudformation_json, "__isabstractmethod__"):
            return super().update(new)
        self._instance = self._model.update_from_cloudformation_json(
            original_resource=self._instance,
            new_resource_name=self.name,
            cloudformation_json={"Type": self.place.type, "Properties": new},
            account_id=self.place.account,
            region_name=self.place.region,
        )
        self.physical_id = self._instance.physical_resource_id
        return None

    def delete(self) -> None:
        """Let moto delete it."""
        old = self.properties
        account, region = self.place.account, self.place.region
        if hasattr(self._instance, "delete"):
            self._instance.delete(account, region)
        elif not hasattr(self._model.delete_from_cloudformation_json, "__isabstractmethod__"):
            declared = {"Type": self.place.type, "Properties": old}
            self._model.delete_from_cloudformation_json(self.physical_id, declared, account, region)

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Ask moto's object."""
        return self._instance.get_cfn_attribute(attribute_name)


def moto_model(resource_type: str) -> type[Resource] | None:
    """A wrapper of moto's model of a type, where moto has one."""
    model = get_model_map().get(resource_type)
    if model is None:
        return None
    name = model.cloudformation_name_type() or ""
    return type(model.__name__, (MotoResource,), {"type": resource_type, "named_by": name, "_model": model})


class Silent(Resource):
    """A resource that is nothing on AWS either, so nobody needs to hear of it."""

    def create(self, new: Properties) -> None:
        """Do nothing."""

    def update(self, new: Properties) -> None:
        """Do nothing."""
