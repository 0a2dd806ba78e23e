"""What production demands besides."""

from collections.abc import Iterator

from environments.model.environment import Environment
from environments.model.value import Refusal


class ProductionEnvironment(Environment):
    """An environment that users depend on: what would be a saving elsewhere is refused here."""

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """A named account, HTTPS, nothing deleted by mistake. Two zones are every environment's rule."""
        return (
            *super().rules(),
            self._account_named(),
            self._https(),
            self._load_balancer_protected(),
            self._environment_kept(),
            self._registry_kept(),
            self._exec_argued(),
        )

    def _account_named(self) -> Iterator[Refusal]:
        if self.account is None:
            yield Refusal(
                at=("account",),
                problem="Production would go wherever the credentials point.",
                allowed="the 12 digits of the account.",
            )

    def _https(self) -> Iterator[Refusal]:
        if self.load_balancer.https is None:
            yield Refusal(
                at=("load_balancer", "https"),
                problem="Production does not answer in clear text, whatever the reason.",
                allowed="HttpsWithHostedZone(...) or HttpsWithCertificate(...).",
            )

    def _load_balancer_protected(self) -> Iterator[Refusal]:
        if not self.load_balancer.deletion_protection:
            yield Refusal(
                at=("load_balancer", "deletion_protection"),
                problem="Production's load balancer could be deleted by mistake.",
                allowed="True.",
            )

    def _environment_kept(self) -> Iterator[Refusal]:
        if self.removable:
            yield Refusal(
                at=("removable",),
                problem="Production's logs would go with a stack.",
                allowed="False.",
            )

    def _exec_argued(self) -> Iterator[Refusal]:
        for position, service in enumerate(self.services):
            if service.exec_enabled and service.exec_reason is None:
                yield Refusal(
                    at=("services", position, "exec_reason"),
                    problem="Production's tasks would be writable, with a door, and nobody says why.",
                    allowed="a sentence of 20 characters or more, or exec_enabled=False.",
                )

    def _registry_kept(self) -> Iterator[Refusal]:
        if self.registry.removable:
            yield Refusal(
                at=("registry", "removable"),
                problem="Production's images would go with a stack.",
                allowed="False.",
            )
