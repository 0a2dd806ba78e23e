"""ECS task definitions: a change is a new revision, and the one before it is deregistered at the end."""

from rehearsal.models.resource import Properties, Resource, camel
from rehearsal.models.tags import lower_case, removed_keys

# Below these keys names are the user's own and keep their spelling.
_DATA = frozenset({"DockerLabels", "Options", "DriverOpts", "Labels"})


class TaskDefinition(Resource):
    """AWS::ECS::TaskDefinition."""

    type = "AWS::ECS::TaskDefinition"

    def create(self, new: Properties) -> None:
        """RegisterTaskDefinition."""
        wanted = camel({key: value for key, value in new.items() if key != "Tags"}, keep=_DATA)
        wanted.setdefault("family", self.name)
        made = self.aws("ecs").register_task_definition(**wanted, tags=lower_case(new))
        self.physical_id = made["taskDefinition"]["taskDefinitionArn"]
        self.attributes = {"TaskDefinitionArn": self.physical_id}

    def update(self, new: Properties) -> None:
        """Tags; everything else is a new revision."""
        old = self.properties
        ecs = self.aws("ecs")
        gone = removed_keys(new, old)
        if gone:
            ecs.untag_resource(resourceArn=self.physical_id, tagKeys=gone)
        ecs.tag_resource(resourceArn=self.physical_id, tags=lower_case(new))

    def delete(self) -> None:
        """DeregisterTaskDefinition."""
        self.aws("ecs").deregister_task_definition(taskDefinition=self.physical_id)
