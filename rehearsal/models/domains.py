"""Certificates and DNS records. Nothing is validated and no name resolves."""

from typing import Any

from rehearsal.models.resource import Properties, Resource, only


class Certificate(Resource):
    """AWS::CertificateManager::Certificate."""

    type = "AWS::CertificateManager::Certificate"

    def create(self, new: Properties) -> None:
        """RequestCertificate; CloudFormation would wait for its validation here."""
        same = ("DomainName", "SubjectAlternativeNames", "ValidationMethod", "KeyAlgorithm", "Tags")
        answer = self.aws("acm").request_certificate(**only(new, *same))
        self.physical_id = answer["CertificateArn"]
        self.attributes = {"CertificateArn": self.physical_id}

    def update(self, new: Properties) -> None:
        """Tags."""
        if new.get("Tags"):
            self.aws("acm").add_tags_to_certificate(CertificateArn=self.physical_id, Tags=new["Tags"])

    def delete(self) -> None:
        """DeleteCertificate."""
        self.aws("acm").delete_certificate(CertificateArn=self.physical_id)


class RecordSet(Resource):
    """AWS::Route53::RecordSet."""

    type = "AWS::Route53::RecordSet"
    named_by = "Name"

    def create(self, new: Properties) -> None:
        """ChangeResourceRecordSets with UPSERT."""
        self._change("UPSERT", new)

    def update(self, new: Properties) -> None:
        """UPSERT, and DELETE of the record before, where it has another name or type."""
        old = self.properties
        if (new["Name"], new["Type"]) != (old["Name"], old["Type"]):
            self._change("DELETE", old)
        self._change("UPSERT", new)

    def delete(self) -> None:
        """ChangeResourceRecordSets with DELETE."""
        old = self.properties
        self._change("DELETE", old)

    def _change(self, action: str, properties: Properties) -> None:
        record: dict[str, Any] = only(
            properties, "Name", "Type", "SetIdentifier", "Weight", "Region", "Failover"
        )
        if "TTL" in properties:
            record["TTL"] = int(properties["TTL"])
        if "ResourceRecords" in properties:
            record["ResourceRecords"] = [{"Value": value} for value in properties["ResourceRecords"]]
        if "AliasTarget" in properties:
            record["AliasTarget"] = {"EvaluateTargetHealth": False, **properties["AliasTarget"]}
        self.aws("route53").change_resource_record_sets(
            HostedZoneId=self._zone(properties),
            ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
        )

    def _zone(self, properties: Properties) -> str:
        if "HostedZoneId" in properties:
            return properties["HostedZoneId"]
        name = properties["HostedZoneName"]
        zones = self.aws("route53").list_hosted_zones_by_name(DNSName=name)["HostedZones"]
        return zones[0]["Id"].rsplit("/", 1)[-1]
