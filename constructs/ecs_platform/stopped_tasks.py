"""Tell people when a task stops that nobody meant to stop."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.cluster import Cluster
from ecs_platform.mistakes import Mistake, refuse

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """One way to stop.

    Args:
        id: The rule's.
        detail: What the event says besides its cluster and that the task has stopped.
        happened: What happened, as the end of "A task of ... stopped: ...".
        look: Where to look first.
    """

    id: str
    detail: Mapping[str, Any]
    happened: str
    look: str


# A deployment, a scale-in and a person end tasks as well, with ServiceSchedulerInitiated or UserInitiated:
# nothing to report. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
_KINDS = (
    _Kind(
        id="Exited",
        # Of whichever container: an event does not say which ones are essential.
        detail={
            "stopCode": ["EssentialContainerExited"],
            "containers": {"exitCode": [{"anything-but": [0]}]},
        },
        happened="its program ended, and not with exit code 0.",
        look="the last lines of its log; 137 is killed, mostly by want of memory, 139 a crash",
    ),
    _Kind(
        id="NotStarted",
        detail={"stopCode": ["TaskFailedToStart"]},
        happened="it never started.",
        look="whether image, secrets and log group exist, and endpoints and the execution role lead to them",
    ),
    _Kind(
        id="Unhealthy",
        # The scheduler's doing too, and known by its words alone.
        detail={"stoppedReason": [{"prefix": "Task failed "}]},
        happened="it failed its health check.",
        look="whether it answers the health check in time, and what its log says of it",
    ),
    _Kind(
        id="Lost",
        # A service starts another task; of a job, whose group is its family, nobody does.
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
        detail={"stopCode": ["TerminationNotice", "InfrastructureHealth"], "group": [{"prefix": "family:"}]},
        happened="the machine below it went.",
        look="how far it got; nothing starts it again before its next time",
    ),
)
_INTERRUPTED = _Kind(
    id="Interrupted",
    detail={"stopCode": ["SpotInterruption"]},
    happened="AWS took its Spot capacity back.",
    look="whether another task has started in its place; a larger fargate_base keeps more of them",
)


class StoppedTasks(Construct):
    """A message for each task of a cluster that ends without having been told to.

    It reports programs that end with another exit code than 0, tasks that never start, failed health checks,
    and jobs that went with the machine below them; deployments, scale-in and people who stop a task are no
    news. The message says service, task, reason, exit codes and where to look; docs/lifecycle.md has more.

    The topic is encrypted and takes messages over TLS alone. What cannot be delivered, with EventBridge's
    185 tries in a day, waits for two weeks in a dead-letter queue. A program that fails again and again gives
    a message each time.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html and
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        cluster: Whose tasks are reported, those of services, jobs and migrations alike.
        emails: Who gets an e-mail; AWS asks each of them to confirm first. By default nobody: subscribe to
            `topic`, or give one.
        topic: A topic to publish to. By default one of its own. If it was imported, its policy and the policy
            of its key have to let events.amazonaws.com publish, without a condition: EventBridge meets none.
        spot_interruptions: Whether tasks that lose their Spot capacity are reported, too. By default not:
            it is what Spot is, and another task starts.

    Raises:
        ConfigurationError: E-mail addresses that are none, or are there twice; all of them at once.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: Cluster,
        emails: Sequence[str] = (),
        topic: sns.ITopic | None = None,
        spot_interruptions: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        refuse(_mistakes_in(emails))
        self.topic: sns.ITopic = topic or self._topic()
        for each in emails:
            self.topic.add_subscription(cast("sns.ITopicSubscription", subscriptions.EmailSubscription(each)))
        self.dead_letters = self._dead_letters()
        kinds = (*_KINDS, _INTERRUPTED) if spot_interruptions else _KINDS
        self.rules: Mapping[str, events.Rule] = {kind.id: self._rule(kind, cluster) for kind in kinds}

    def _topic(self) -> sns.ITopic:
        # The default key of SNS lets no other service in, and its policy cannot be changed; rules of
        # EventBridge get into the policy of this one.
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
        key = kms.Key(
            self,
            "Key",
            description="Messages about stopped tasks",
            enable_key_rotation=True,
            # Nothing that it encrypts is kept.
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        topic = sns.Topic(
            self,
            "Topic",
            display_name="Stopped tasks",
            master_key=cast("kms.IKey", key),
            enforce_ssl=True,
        )
        return cast("sns.ITopic", topic)

    def _dead_letters(self) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=once.days(14),
        )
        acknowledge(
            queue,
            {
                "AwsSolutions-SQS3": (
                    "It is itself the dead-letter queue, of rules of EventBridge; the rule looks for queues "
                    "that are one of another queue."
                )
            },
        )
        return queue

    def _rule(self, kind: _Kind, cluster: Cluster) -> events.Rule:
        rule = events.Rule(
            self,
            kind.id,
            description=f"A task stopped: {kind.happened}",
            event_pattern=events.EventPattern(
                source=["aws.ecs"],
                detail_type=["ECS Task State Change"],
                # With the notice of an interruption, two minutes before, the task is still RUNNING.
                detail={
                    "clusterArn": [cluster.cluster.cluster_arn],
                    "lastStatus": ["STOPPED"],
                    **kind.detail,
                },
            ),
        )
        # No role: with one, EventBridge may fail to deliver to an encrypted topic.
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
        rule.add_target(
            cast(
                "events.IRuleTarget",
                targets.SnsTopic(
                    self.topic,
                    # A line break would come as \n otherwise; so each line comes in quotes.
                    message=events.RuleTargetInput.from_multiline_text(_message(kind)),
                    dead_letter_queue=self.dead_letters,
                ),
            )
        )
        return rule


def _mistakes_in(emails: Sequence[str]) -> Sequence[Mistake]:
    said = {each: "is no e-mail address" for each in emails if not _EMAIL.fullmatch(each)}
    said |= {each: "is there twice" for each in emails if each not in said and emails.count(each) > 1}
    return [
        Mistake(
            problem=f"{each!r} {problem}.",
            allowed="addresses such as ops@example.com, each once.",
            where="StoppedTasks(emails=...)",
        )
        for each, problem in said.items()
    ]


def _message(kind: _Kind) -> str:
    def said(path: str) -> str:
        return events.EventField.from_path(f"$.{path}")

    return "\n".join(
        [
            f"A task of {said('detail.group')} stopped: {kind.happened}",
            f"Reason: {said('detail.stoppedReason')}",
            f"Containers: {said('detail.containers[*].name')}",
            f"Exit codes: {said('detail.containers[*].exitCode')}",
            f"Said of them: {said('detail.containers[*].reason')}",
            f"Revision: {said('detail.taskDefinitionArn')}",
            f"Task: {said('detail.taskArn')}",
            f"When and where: {said('time')}, {said('region')}, account {said('account')}",
            f"Look at: {kind.look}.",
            "What each reason means: docs/lifecycle.md, and "
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html",
        ]
    )
