"""How a mistake names the container it speaks of, and the argument to change."""

from dataclasses import dataclass

from ecs_platform.task.checks.long_values import shortened
from ecs_platform.task.container import Container


@dataclass(frozen=True, kw_only=True)
class Words:
    """A container of a task, and how it was given.

    Args:
        container: The container.
        owner: The class whose own arguments made it. None for one that was given as a Container.
        alone: Whether it is the only one of its task, and needs no name.
    """

    container: Container
    owner: str | None
    alone: bool

    @property
    def name(self) -> str:
        """Its name, as a sentence can hold it."""
        return shortened(self.container.name)

    @property
    def subject(self) -> str:
        """The container at the beginning of a sentence."""
        return "The container" if self.alone else f'The container "{self.name}"'

    def of(self, field: str) -> str:
        """One of its fields."""
        field = self._argument(field)
        return field if self.alone else f'{field} of the container "{self.name}"'

    def where(self, *fields: str) -> str:
        """The arguments to change."""
        arguments = [f"{self._argument(field)}=..." for field in fields]
        if self.owner is None:
            arguments = [
                f'name="{self.name}"',
                *(each for each in arguments if each != "name=..."),
            ]
        return f"{self.owner or 'Container'}({', '.join(arguments)})"

    def _argument(self, field: str) -> str:
        return "container_name" if self.owner and field == "name" else field
