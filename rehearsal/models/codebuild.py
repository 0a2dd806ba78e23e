"""CodeBuild projects. No build ever runs here."""

from rehearsal.models.resource import Properties, Resource, camel


class Project(Resource):
    """AWS::CodeBuild::Project."""

    type = "AWS::CodeBuild::Project"
    named_by = "Name"

    def create(self, new: Properties) -> None:
        """CreateProject."""
        wanted = camel(
            {key: value for key, value in new.items() if key not in {"Name", "Triggers", "Visibility"}}
        )
        source = wanted.get("source", {})
        if "buildSpec" in source:
            source["buildspec"] = source.pop("buildSpec")
        # moto wants an address even of a project that has no source of its own.
        source.setdefault("location", "none")
        self.aws("codebuild").create_project(name=self.name, **wanted)
        self.attributes = {"Arn": self.arn("codebuild", f"project/{self.name}"), "Id": self.name}

    def update(self, new: Properties) -> None:
        """moto has no UpdateProject: the project is made again under its name."""
        self.delete()
        self.create(new)

    def delete(self) -> None:
        """DeleteProject."""
        self.aws("codebuild").delete_project(name=self.name)
