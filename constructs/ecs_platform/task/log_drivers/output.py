"""What the outputs of a log router to AWS have in common."""

from collections.abc import Mapping

from ecs_platform.task.secrets import Secret


class AwsOutput:
    """An output that is reached over HTTPS as who the task's role is."""

    @property
    def secret_options(self) -> Mapping[str, Secret]:
        """Options that ECS fetches, by their names: none."""
        return {}

    @property
    def buffers_on_disk(self) -> bool:
        """Whether the router keeps in /tmp what it has not sent yet: it does not."""
        return False

    @property
    def port(self) -> int:
        """The TCP port that the router goes out to."""
        return 443
