"""What CloudFormation needs for the types of resources of: jobs that start by themselves."""

from collections.abc import Mapping

from operate.deploying.permissions.scopes import (
    IN_REGION,
    PASS,
    QUEUES,
    SCHEDULE_GROUPS,
    SCHEDULES,
    Needs,
    of,
    passed_to,
)

JOBS: Mapping[str, Needs] = {
    "AWS::SQS::Queue": {
        QUEUES: of(
            "sqs",
            "CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes "
            "TagQueue UntagQueue",
        ),
        IN_REGION: "sqs:ListQueues",
    },
    "AWS::SQS::QueuePolicy": {QUEUES: "sqs:SetQueueAttributes"},
    "AWS::Scheduler::Schedule": {
        SCHEDULES: of("scheduler", "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule"),
        IN_REGION: "scheduler:ListSchedules",
        passed_to("scheduler.amazonaws.com"): PASS,
    },
    "AWS::Scheduler::ScheduleGroup": {
        SCHEDULE_GROUPS: of(
            "scheduler",
            "CreateScheduleGroup DeleteScheduleGroup GetScheduleGroup ListTagsForResource TagResource "
            "UntagResource",
        ),
        # Whoever deletes a group deletes what is in it.
        SCHEDULES: "scheduler:DeleteSchedule",
        IN_REGION: "scheduler:ListScheduleGroups",
    },
}
