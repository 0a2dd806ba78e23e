"""A queue that workers work on, and another for what they could not do."""

import re
from collections.abc import Iterator, Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ecs_platform import once
from ecs_platform.deployment.metric_alarm import metric_alarm
from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.network.interface import INetwork
from ecs_platform.network.reach import AwsService
from ecs_platform.task.task import Task

_DEAD = "-dead-letters"
_LONGEST_VISIBILITY = 43_200
# A day below what SQS takes, which the dead letters have.
_LONGEST_RETENTION = 13


class WorkQueue(Construct):
    """An SQS queue with a dead-letter queue, both encrypted and over TLS alone, and an alarm on each.

    A message that was received too often without being deleted moves to the dead-letter queue, and stays
    there until it is 14 days old or somebody has it moved back. Receivers wait 20 seconds for a message, so
    that an empty queue costs next to nothing.

    Follows https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html,
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html
    and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        visibility_timeout_seconds: For how long nobody else gets a message that was received, 1 to 43,200 (12
            hours): longer than a task ever takes for one, or it is done twice.
        max_receives: How often a message is received before it is given up, 1 to 1,000. By default 5.
        retention_days: How long a message waits to be received, 1 to 13: less than in the dead-letter queue,
            where its age goes on counting. By default 4.
        oldest_message_seconds: From which age of the oldest message the alarm fires; a message that is being
            worked on ages, too, so longer than the visibility timeout. By default 900.
        name: The queue's name; the dead-letter queue's ends in "-dead-letters". By default CloudFormation
            makes both.
        encryption_key: The KMS key of both. By default SQS encrypts with a key of its own.
        removal_policy: What happens to both when they leave the stack. By default they stay.

    Raises:
        ConfigurationError: A number or name that SQS does not take, or an age of the oldest message that is
            none to worry about, or that no message reaches; all of them at once.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        visibility_timeout_seconds: int,
        max_receives: int = 5,
        retention_days: int = 4,
        oldest_message_seconds: int = 900,
        name: str | None = None,
        encryption_key: kms.IKey | None = None,
        removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id_)
        refuse(
            [
                *_of_numbers(
                    visibility_timeout_seconds=(visibility_timeout_seconds, 1, _LONGEST_VISIBILITY),
                    max_receives=(max_receives, 1, 1_000),
                    retention_days=(retention_days, 1, _LONGEST_RETENTION),
                    oldest_message_seconds=(oldest_message_seconds, 1, 14 * 86_400),
                ),
                *_of_age(oldest_message_seconds, visibility_timeout_seconds, retention_days),
                *_of_name(name),
            ]
        )
        self.encryption_key = encryption_key

        encryption = sqs.QueueEncryption.KMS if encryption_key else sqs.QueueEncryption.SQS_MANAGED
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            queue_name=name and name + _DEAD,
            encryption=encryption,
            encryption_master_key=encryption_key,
            enforce_ssl=True,
            retention_period=once.days(14),
            removal_policy=removal_policy,
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=name,
            encryption=encryption,
            encryption_master_key=encryption_key,
            enforce_ssl=True,
            retention_period=once.days(retention_days),
            removal_policy=removal_policy,
            visibility_timeout=once.seconds(visibility_timeout_seconds),
            receive_message_wait_time=once.seconds(20),
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=max_receives, queue=self.dead_letters),
        )
        self.alarms: Sequence[cloudwatch.CfnAlarm] = [
            metric_alarm(
                self,
                "DeadLetter",
                description="Messages were given up and wait in the dead-letter queue.",
                namespace="AWS/SQS",
                # NumberOfMessagesSent does not count what SQS itself moves there.
                metric="ApproximateNumberOfMessagesVisible",
                statistic="Maximum",
                dimensions={"QueueName": self.dead_letters.queue_name},
                threshold=1,
                minutes=1,
            ),
            metric_alarm(
                self,
                "OldestMessage",
                description="A message has waited for too long.",
                namespace="AWS/SQS",
                metric="ApproximateAgeOfOldestMessage",
                statistic="Maximum",
                dimensions={"QueueName": self.queue.queue_name},
                threshold=oldest_message_seconds,
                minutes=2,
            ),
        ]

    def grant_consume(self, task: Task, *, network: INetwork) -> None:
        """Let a task receive messages and delete them, and ask the network for the way there.

        Args:
            task: The task; a `Worker` with this queue does it itself.
            network: Where it runs.
        """
        self._grant(
            task,
            network,
            [
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:ChangeMessageVisibility",
                "sqs:GetQueueAttributes",
            ],
            ["kms:Decrypt"],
        )

    def grant_send(self, task: Task, *, network: INetwork) -> None:
        """Let a task send messages, and ask the network for the way there.

        Args:
            task: The task.
            network: Where it runs.
        """
        self._grant(task, network, ["sqs:SendMessage"], ["kms:Decrypt", "kms:GenerateDataKey"])

    def _grant(
        self, task: Task, network: INetwork, actions: Sequence[str], key_actions: Sequence[str]
    ) -> None:
        role = task.roles.task_role
        role.add_to_policy(iam.PolicyStatement(actions=list(actions), resources=[self.queue.queue_arn]))
        if self.encryption_key:
            # SQS uses the key with the caller's permission, on its own side: no endpoint of KMS.
            # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
            role.add_to_policy(
                iam.PolicyStatement(actions=list(key_actions), resources=[self.encryption_key.key_arn])
            )
        network.reach(AwsService.SQS)


def _of_numbers(**numbers: tuple[int, int, int]) -> Iterator[Mistake]:
    for what, (value, low, high) in numbers.items():
        yield from out_of_range(value, low, high, what=what, where=f"WorkQueue({what}=...).")


def _of_age(oldest_seconds: int, visibility_seconds: int, retention_days: int) -> Iterator[Mistake]:
    # The age is that of the oldest message which is not deleted, and one that is worked on is not.
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    if oldest_seconds <= visibility_seconds <= _LONGEST_VISIBILITY:
        yield Mistake(
            problem=f"A task may work on a message for {visibility_seconds} seconds, and after "
            f"{oldest_seconds} the alarm would fire.",
            allowed="an age of the oldest message above the visibility timeout.",
            where="WorkQueue(visibility_timeout_seconds=..., oldest_message_seconds=...).",
        )
    elif 1 <= retention_days <= _LONGEST_RETENTION and oldest_seconds >= retention_days * 86_400:
        yield Mistake(
            problem=f"SQS deletes a message after {retention_days} days, before it is {oldest_seconds} "
            "seconds old: the alarm would never fire.",
            allowed=f"an age of the oldest message below {retention_days * 86_400} seconds.",
            where="WorkQueue(retention_days=..., oldest_message_seconds=...).",
        )


def _of_name(name: str | None) -> Iterator[Mistake]:
    longest = 80 - len(_DEAD)
    if name is None or re.fullmatch(rf"[A-Za-z0-9_-]{{1,{longest}}}", name) or cdk.Token.is_unresolved(name):
        return
    yield Mistake(
        problem=f"The queue's name {name!r} has {len(name)} characters, or one that SQS does not take.",
        allowed=f"1 to {longest} letters, digits, hyphens and underscores: SQS takes 80, and the "
        f"dead-letter queue's name ends in {_DEAD}.",
        where="WorkQueue(name=...).",
    )
