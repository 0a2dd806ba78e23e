"""Who hears of tasks that stop without having been told to."""

from collections.abc import Iterator
from typing import Annotated

from environments.model.fields import matching
from environments.model.value import Items, Refusal, Value, repeats

Email = Annotated[
    str,
    matching(
        r"[^@\s]+@[^@\s]+\.[^@\s]+",
        problem="Not an e-mail address.",
        allowed="an address such as ops@example.com.",
    ),
]
TopicArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
        problem="Not the ARN of an SNS topic.",
        allowed="an ARN such as arn:aws:sns:eu-central-1:111122223333:alerts.",
    ),
]


class StoppedTasks(Value):
    """A message for each task that fails: by exit code, before it starts, at its health check, or, of a job,
    with the machine below it.

    Deployments, scale-in and people who stop tasks are no news.

    Args:
        emails: Who gets an e-mail; AWS asks each of them to confirm first. Nobody by default.
        topic_arn: A topic to publish to, in the environment's region, whose policy lets EventBridge do so. A
            topic of the environment's own by default, encrypted.
        spot_interruptions: Whether tasks that lose their Spot capacity are news. They are not by default.
    """

    emails: Items[Email] = ()
    topic_arn: TopicArn | None = None
    spot_interruptions: bool = False

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """Somebody hears of it, and once."""
        return (self._somebody(), self._once())

    def _somebody(self) -> Iterator[Refusal]:
        if not self.emails and self.topic_arn is None:
            yield Refusal(
                at=("emails",),
                problem="Nobody would hear of a stopped task.",
                allowed="an e-mail address, or topic_arn.",
            )

    def _once(self) -> Iterator[Refusal]:
        for position, first in repeats(self.emails):
            yield Refusal(
                at=("emails", position),
                problem=f"emails[{first}] is the same address.",
                allowed="each address once.",
            )
