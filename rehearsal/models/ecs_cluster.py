"""ECS clusters and their capacity providers."""

from rehearsal.models.resource import Properties, Resource, camel
from rehearsal.models.tags import lower_case, removed_keys

_CLUSTER = {
    "ClusterSettings": "settings",
    "Configuration": "configuration",
    "ServiceConnectDefaults": "serviceConnectDefaults",
}


class Cluster(Resource):
    """AWS::ECS::Cluster."""

    type = "AWS::ECS::Cluster"
    named_by = "ClusterName"

    def create(self, new: Properties) -> None:
        """CreateCluster."""
        made = self.aws("ecs").create_cluster(
            clusterName=self.name, tags=lower_case(new), **_cluster(new), **_capacity(new)
        )
        self.attributes = {"Arn": made["cluster"]["clusterArn"]}

    def update(self, new: Properties) -> None:
        """UpdateCluster, PutClusterCapacityProviders and tags."""
        old = self.properties
        ecs = self.aws("ecs")
        ecs.update_cluster(cluster=self.name, **_cluster(new))
        if _capacity(new) != _capacity(old):
            ecs.put_cluster_capacity_providers(cluster=self.name, **_capacity(new))
        gone = removed_keys(new, old)
        if gone:
            ecs.untag_resource(resourceArn=self.attributes["Arn"], tagKeys=gone)
        ecs.tag_resource(resourceArn=self.attributes["Arn"], tags=lower_case(new))

    def delete(self) -> None:
        """DeleteCluster."""
        self.aws("ecs").delete_cluster(cluster=self.name)


class ClusterCapacityProviderAssociations(Resource):
    """AWS::ECS::ClusterCapacityProviderAssociations."""

    type = "AWS::ECS::ClusterCapacityProviderAssociations"

    def create(self, new: Properties) -> None:
        """PutClusterCapacityProviders."""
        self.physical_id = new["Cluster"]
        self._put(new)

    def update(self, new: Properties) -> None:
        """PutClusterCapacityProviders."""
        self._put(new)

    def delete(self) -> None:
        """PutClusterCapacityProviders with none."""
        self._put({"CapacityProviders": [], "DefaultCapacityProviderStrategy": []})

    def _put(self, new: Properties) -> None:
        self.aws("ecs").put_cluster_capacity_providers(cluster=self.physical_id, **_capacity(new))


def _cluster(new: Properties) -> Properties:
    return {name: camel(new[key]) for key, name in _CLUSTER.items() if key in new}


def _capacity(new: Properties) -> Properties:
    names = ("CapacityProviders", "DefaultCapacityProviderStrategy")
    return {name[0].lower() + name[1:]: camel(new[name]) for name in names if name in new}
