"""Queues and their policies."""

import json
from typing import Any

from rehearsal.models.resource import Properties, Resource
from rehearsal.models.tags import as_map, removed_keys

_NOT_ATTRIBUTES = {"QueueName", "Tags"}


class Queue(Resource):
    """AWS::SQS::Queue: but for name and tags, its properties are the queue's attributes."""

    type = "AWS::SQS::Queue"
    named_by = "QueueName"

    def create(self, new: Properties) -> None:
        """CreateQueue."""
        # A FIFO queue's name ends in .fifo, also where CloudFormation makes it.
        fifo = new.get("FifoQueue") in {True, "true"} and not self.name.endswith(".fifo")
        self.name = f"{self.name}.fifo" if fifo else self.name
        made = self.aws("sqs").create_queue(
            QueueName=self.name, Attributes=_attributes(new), tags=as_map(new)
        )
        self.physical_id = made["QueueUrl"]
        self.attributes = {
            "Arn": self.arn("sqs", self.name),
            "QueueName": self.name,
            "QueueUrl": self.physical_id,
        }

    def update(self, new: Properties) -> None:
        """SetQueueAttributes, TagQueue and UntagQueue."""
        sqs = self.aws("sqs")
        sqs.set_queue_attributes(QueueUrl=self.physical_id, Attributes=_attributes(new))
        gone = removed_keys(new, self.properties)
        if gone:
            sqs.untag_queue(QueueUrl=self.physical_id, TagKeys=gone)
        if as_map(new):
            sqs.tag_queue(QueueUrl=self.physical_id, Tags=as_map(new))

    def delete(self) -> None:
        """DeleteQueue."""
        self.aws("sqs").delete_queue(QueueUrl=self.physical_id)


class QueuePolicy(Resource):
    """AWS::SQS::QueuePolicy."""

    type = "AWS::SQS::QueuePolicy"

    def create(self, new: Properties) -> None:
        """SetQueueAttributes."""
        self.attributes = {"Id": self.physical_id}
        self._set(new["Queues"], json.dumps(new["PolicyDocument"]))

    def update(self, new: Properties) -> None:
        """The same, and nothing for a queue that is no longer named."""
        self._set([queue for queue in self.properties["Queues"] if queue not in new["Queues"]], "")
        self._set(new["Queues"], json.dumps(new["PolicyDocument"]))

    def delete(self) -> None:
        """SetQueueAttributes, without a policy."""
        self._set(self.properties["Queues"], "")

    def _set(self, queues: list[str], policy: str) -> None:
        for queue in queues:
            self.aws("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})


def _attributes(new: Properties) -> dict[str, str]:
    return {name: _text(value) for name, value in new.items() if name not in _NOT_ATTRIBUTES}


def _text(value: Any) -> str:
    # The API takes text alone, with true and false as JSON writes them.
    return value if isinstance(value, str) else json.dumps(value)
