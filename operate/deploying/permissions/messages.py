"""What CloudFormation needs for the types of resources of: messages about stopped tasks."""

from collections.abc import Mapping

from operate.deploying.permissions.scopes import IN_REGION, RULES, TOPICS, Needs, of

MESSAGES: Mapping[str, Needs] = {
    "AWS::Events::Rule": {
        RULES: of(
            "events",
            "DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets "
            "TagResource UntagResource",
        ),
        IN_REGION: "events:ListRules",
    },
    "AWS::SNS::Subscription": {
        TOPICS: of("sns", "ListSubscriptionsByTopic Subscribe"),
        # A subscription whose e-mail was never confirmed has no ARN of its own.
        IN_REGION: of("sns", "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe"),
    },
    "AWS::SNS::Topic": {
        TOPICS: of(
            "sns",
            "CreateTopic DeleteTopic GetDataProtectionPolicy GetTopicAttributes ListSubscriptionsByTopic "
            "ListTagsForResource SetTopicAttributes Subscribe TagResource UntagResource",
        ),
        IN_REGION: of("sns", "ListTopics Unsubscribe"),
    },
    "AWS::SNS::TopicPolicy": {TOPICS: of("sns", "GetTopicAttributes SetTopicAttributes")},
}
