"""Every action of AWS that these commands call, which command needs it, and what it can be limited to.

Data and nothing else. The account stack makes GitHub's role and the policy for people who release from it;
tests/operate/test_actions.py keeps it equal to what the sources call. A new call is written as
`aws.client("ecs").describe_services(...)`, or on a name that was assigned `aws.client("ecs")` in the same
file, and gets its line here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class On(Enum):
    """What an action can be limited to: IAM's type of resource, as the Service Authorization Reference says.

    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """

    ALARM = "cloudwatch:alarm"
    APPLICATION = "codedeploy:application"
    BOOTSTRAP_VERSION = "ssm:parameter"
    CLUSTER = "ecs:cluster"
    DEPLOYMENT_CONFIGURATION = "codedeploy:deploymentconfig"
    DEPLOYMENT_GROUP = "codedeploy:deploymentgroup"
    FARGATE_QUOTA = "servicequotas:quota"
    HOSTED_ZONE = "route53:hostedzone"
    LISTENER_RULE = "elasticloadbalancing:listener-rule/app"
    LOG_GROUP = "logs:log-group"
    LOG_STREAM = "logs:log-stream"
    REPOSITORY = "ecr:repository"
    SERVICE = "ecs:service"
    SERVICE_DEPLOYMENT = "ecs:service-deployment"
    SERVICE_LINKED_ROLE = "iam:role, one that AWS's services have for themselves"
    SERVICE_REVISION = "ecs:service-revision"
    STACK = "cloudformation:stack"
    TASK = "ecs:task"
    TASK_DEFINITION = "ecs:task-definition"
    TASK_DEFINITION_IN_CLUSTER = "ecs:task-definition, with the cluster as a condition"
    TASK_ROLE = "iam:role, one that tasks get"
    TASK_ROLE_ASKED = "iam:role, one that tasks have and that is only asked about"
    ANYTHING = "*"
    ANYTHING_IN_CLUSTER = "*, with the cluster as a condition"

    @property
    def type_(self) -> str:
        """The type of resource alone, such as `iam:role`."""
        return self.value.partition(",")[0]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action.

    Args:
        name: IAM's name of it.
        commands: The commands that need it.
        on: What it is limited to; several where the action asks for several.
        because: Why nothing narrower is possible. Needed where `on` is anything.
        beside: The action that IAM grants only together with this one, which nobody calls. None for a call.
    """

    name: str
    commands: frozenset[str]
    on: Sequence[On]
    because: str | None = None
    beside: str | None = None


# What a person does to a release, what starts one, and what looks at it before, during and after.
_STEER = frozenset({"approve", "finish", "stop", "rollback"})
_START = frozenset({"deploy", "release", "rollback"})
_LOOK = _STEER | _START | {"doctor", "status", "watch"}
# What reads change sets and templates, and what asks whether the account is ready for them.
_PREPARE = frozenset({"deploy", "diff"})
_READINESS = _PREPARE | {"doctor"}
_COPY = frozenset({"copy-image"})
# An administrator's: the policies in its stack need rights over IAM that are not listed here.
_BOOTSTRAP = frozenset({"bootstrap"})
# Rehearses a whole life in a real account, with the rights of whoever starts it.
_ACCEPTANCE = frozenset({"acceptance"})
# People's, too: getting into a task, after a look at all that it takes; and reading what tasks write.
_EXEC = frozenset({"exec"})
_LOGS = frozenset({"logs"})
# Starts tasks of jobs, with another image by a revision of its own.
_RUN = frozenset({"run"})
_EVERY = _LOOK | _PREPARE | _COPY | _BOOTSTRAP | _ACCEPTANCE | _EXEC | _LOGS | _RUN

RELEASING = _STEER | {"doctor", "release", "status", "watch"}
"""The commands of people who release."""

INSIDE = _EXEC | _LOGS
"""The commands of people who look inside of tasks."""

RUNNING = _RUN
"""The commands of people who run jobs."""

DEPLOYING = _LOOK | _PREPARE | _RUN
"""The commands of a workflow. Bootstraps, acceptance runs and images from outside are people's."""

_NO_RESOURCE = "The action takes no resource, says the Service Authorization Reference."


def _calls(names: str, commands: frozenset[str], *on: On, because: str | None = None) -> list[Action]:
    if because is None and On.ANYTHING in on:
        because = _NO_RESOURCE
    return [Action(name=name, commands=commands, on=on, because=because) for name in names.split()]


def _beside(call: str, name: str, commands: frozenset[str], *on: On) -> Action:
    return Action(name=name, commands=commands, on=on, beside=call)


ACTIONS: Sequence[Action] = (
    # Whose credentials these are: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    *_calls("sts:GetCallerIdentity", _EVERY, On.ANYTHING),
    # What is deployed.
    *_calls("cloudformation:DescribeStacks", _EVERY - _COPY, On.STACK),
    *_calls("ecs:DescribeClusters", _LOOK | _EXEC, On.CLUSTER),
    *_calls("ecs:DescribeServices", _LOOK | _PREPARE | _EXEC, On.SERVICE),
    *_calls("ecs:ListServiceDeployments", _LOOK | _PREPARE, On.SERVICE),
    *_calls("ecs:DescribeServiceDeployments", _LOOK | _PREPARE, On.SERVICE, On.SERVICE_DEPLOYMENT),
    *_calls("ecs:DescribeServiceRevisions", _LOOK | _PREPARE, On.SERVICE, On.SERVICE_REVISION),
    *_calls("ecs:DescribeTaskDefinition", _LOOK | _PREPARE | _EXEC | _RUN, On.ANYTHING),
    *_calls("ecs:ListTaskDefinitions", _LOOK | _PREPARE | _RUN, On.ANYTHING),
    *_calls("ecs:DescribeTasks", _LOOK | _EXEC | _RUN, On.TASK),
    *_calls(
        "ecs:ListTasks",
        _LOOK | _EXEC,
        On.ANYTHING_IN_CLUSTER,
        because="It takes no resource but a container instance; a condition names the cluster instead.",
    ),
    *_calls("ecr:BatchGetImage ecr:GetDownloadUrlForLayer", _LOOK | _PREPARE | _COPY | _RUN, On.REPOSITORY),
    *_calls("elasticloadbalancing:DescribeRules", _LOOK | _PREPARE, On.ANYTHING),
    *_calls("elasticloadbalancing:DescribeTargetHealth", _LOOK, On.ANYTHING),
    *_calls("cloudwatch:DescribeAlarms", _LOOK | _PREPARE, On.ALARM),
    *_calls("application-autoscaling:DescribeScalingActivities", _LOOK, On.ANYTHING),
    *_calls("logs:GetLogEvents", _LOOK | _RUN, On.LOG_STREAM),
    *_calls("codedeploy:BatchGetApplicationRevisions", _LOOK | _PREPARE, On.APPLICATION),
    *_calls(
        "codedeploy:BatchGetDeployments codedeploy:GetDeployment codedeploy:GetDeploymentGroup "
        "codedeploy:ListDeployments",
        _LOOK | _PREPARE,
        On.DEPLOYMENT_GROUP,
    ),
    *_calls("codedeploy:BatchGetDeploymentTargets", _LOOK, On.ANYTHING),
    *_calls("codedeploy:GetDeploymentConfig", _LOOK, On.DEPLOYMENT_CONFIGURATION),
    # Whether the account is ready.
    *_calls("ssm:GetParameter", _READINESS, On.BOOTSTRAP_VERSION),
    *_calls("iam:GetRole", _READINESS | _BOOTSTRAP, On.SERVICE_LINKED_ROLE),
    *_calls("route53:GetHostedZone", _READINESS, On.HOSTED_ZONE),
    *_calls("ec2:DescribeAvailabilityZones", _READINESS, On.ANYTHING),
    *_calls(
        "ec2:DescribeRouteTables ec2:DescribeSubnets ec2:DescribeVpcEndpoints",
        _EXEC | {"doctor"},
        On.ANYTHING,
    ),
    *_calls(
        "elasticloadbalancing:DescribeAccountLimits elasticloadbalancing:DescribeListeners "
        "elasticloadbalancing:DescribeTargetGroups",
        frozenset({"doctor"}),
        On.ANYTHING,
    ),
    *_calls("servicequotas:GetServiceQuota", frozenset({"doctor"}), On.FARGATE_QUOTA),
    # A deployment: the CLI makes its change set with the bootstrap's roles; reading and executing are ours.
    *_calls(
        "cloudformation:DeleteChangeSet cloudformation:DescribeChangeSet cloudformation:ListStackResources",
        _PREPARE,
        On.STACK,
    ),
    *_calls("cloudformation:ExecuteChangeSet", frozenset({"deploy"}), On.STACK),
    *_calls("cloudformation:DescribeStackEvents", _BOOTSTRAP | {"deploy"}, On.STACK),
    *_calls("cloudformation:GetTemplate", _PREPARE | _BOOTSTRAP | _ACCEPTANCE, On.STACK),
    # A release: a revision, its migration, and its deployment. Tasks get the roles that their revision names.
    *_calls("ecs:RegisterTaskDefinition", _START | _RUN, On.TASK_DEFINITION),
    _beside("ecs:RegisterTaskDefinition", "ecs:TagResource", _START | _RUN, On.TASK_DEFINITION),
    _beside("ecs:RegisterTaskDefinition", "iam:PassRole", _START | _RUN, On.TASK_ROLE),
    *_calls("ecs:RunTask", _START | _RUN, On.TASK_DEFINITION_IN_CLUSTER),
    _beside("ecs:RunTask", "ecs:TagResource", _START | _RUN, On.TASK),
    *_calls("ecs:StopTask", _RUN, On.TASK),
    *_calls("codedeploy:CreateDeployment", _START, On.DEPLOYMENT_GROUP),
    # https://docs.aws.amazon.com/codedeploy/latest/userguide/auth-and-access-control-permissions-reference.html
    _beside("codedeploy:CreateDeployment", "codedeploy:RegisterApplicationRevision", _START, On.APPLICATION),
    _beside("codedeploy:CreateDeployment", "codedeploy:GetApplicationRevision", _START, On.APPLICATION),
    *_calls("ecs:UpdateService", _START, On.SERVICE),
    *_calls("codedeploy:ContinueDeployment codedeploy:StopDeployment", _STEER, On.ANYTHING),
    *_calls("ecs:StopServiceDeployment", _STEER, On.SERVICE, On.SERVICE_DEPLOYMENT),
    *_calls("elasticloadbalancing:ModifyRule", frozenset({"doctor"}), On.LISTENER_RULE),
    # A session in a task, and whether all is there that it takes; what tasks write.
    *_calls("ecs:ExecuteCommand", _EXEC, On.TASK, On.CLUSTER),
    *_calls("iam:SimulatePrincipalPolicy", _EXEC, On.TASK_ROLE_ASKED),
    *_calls("logs:DescribeLogGroups", _EXEC, On.ANYTHING),
    *_calls("logs:FilterLogEvents", _LOGS, On.LOG_GROUP),
    # Copying an image: a token of the registry's, and what is done with it over HTTP.
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
    *_calls("ecr:DescribeRepositories", _COPY, On.REPOSITORY),
    *_calls("ecr:GetAuthorizationToken", _COPY, On.ANYTHING),
    *(
        _beside("ecr:GetAuthorizationToken", f"ecr:{name}", _COPY, On.REPOSITORY)
        for name in (
            "BatchCheckLayerAvailability",
            "CompleteLayerUpload",
            "InitiateLayerUpload",
            "PutImage",
            "UploadLayerPart",
        )
    ),
    # A bootstrap makes the stack of its policies, and the roles that AWS's services have for themselves.
    *_calls("cloudformation:CreateStack cloudformation:DeleteStack", _BOOTSTRAP, On.STACK),
    *_calls("iam:CreateServiceLinkedRole", _BOOTSTRAP, On.SERVICE_LINKED_ROLE),
    # The acceptance run makes alarms fire, and changes a stack in the middle of a release.
    *_calls("cloudwatch:SetAlarmState", _ACCEPTANCE, On.ALARM),
    *_calls("cloudformation:UpdateStack", _BOOTSTRAP | _ACCEPTANCE, On.STACK),
    *_calls("logs:DescribeLogStreams", _ACCEPTANCE, On.LOG_GROUP),
)


def needed_by(commands: frozenset[str]) -> Sequence[Action]:
    """What some commands need together, in the order of the list.

    Args:
        commands: Names of commands.
    """
    return [action for action in ACTIONS if action.commands & commands]
