"""Image repositories."""

import json

from rehearsal.models.resource import Properties, Resource, camel, only
from rehearsal.models.tags import removed_keys


class Repository(Resource):
    """AWS::ECR::Repository."""

    type = "AWS::ECR::Repository"
    named_by = "RepositoryName"
    read_later = frozenset({"EmptyOnDelete"})

    def create(self, new: Properties) -> None:
        """CreateRepository and its policies."""
        made = self.aws("ecr").create_repository(
            repositoryName=self.name,
            tags=new.get("Tags", []),
            **camel(only(new, "ImageTagMutability", "ImageScanningConfiguration", "EncryptionConfiguration")),
        )["repository"]
        self.attributes = {"Arn": made["repositoryArn"], "RepositoryUri": made["repositoryUri"]}
        self._set_policies(new)

    def update(self, new: Properties) -> None:
        """Mutability, scanning, policies and tags."""
        old = self.properties
        ecr = self.aws("ecr")
        mutability = new.get("ImageTagMutability", "MUTABLE")
        ecr.put_image_tag_mutability(repositoryName=self.name, imageTagMutability=mutability)
        scanning = camel(new.get("ImageScanningConfiguration", {"ScanOnPush": False}))
        ecr.put_image_scanning_configuration(repositoryName=self.name, imageScanningConfiguration=scanning)
        self._set_policies(new)
        gone = removed_keys(new, old)
        if gone:
            ecr.untag_resource(resourceArn=self.attributes["Arn"], tagKeys=gone)
        ecr.tag_resource(resourceArn=self.attributes["Arn"], tags=new.get("Tags", []))

    def delete(self) -> None:
        """DeleteRepository; with its images only where the template says so (EmptyOnDelete)."""
        force = bool(self.properties.get("EmptyOnDelete"))
        self.aws("ecr").delete_repository(repositoryName=self.name, force=force)

    def _set_policies(self, new: Properties) -> None:
        ecr = self.aws("ecr")
        lifecycle = new.get("LifecyclePolicy", {}).get("LifecyclePolicyText")
        if lifecycle:
            ecr.put_lifecycle_policy(repositoryName=self.name, lifecyclePolicyText=lifecycle)
        policy = new.get("RepositoryPolicyText")
        if policy:
            text = policy if isinstance(policy, str) else json.dumps(policy)
            ecr.set_repository_policy(repositoryName=self.name, policyText=text)
