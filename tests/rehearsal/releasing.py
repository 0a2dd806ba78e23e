"""A service on its way from one revision to the next, for the tests of what CodeDeploy does."""

import json
from typing import Any

from rehearsal.in_process import InProcessAws
from tests.rehearsal.templates import Resources, att, ref, resource, template
from tests.rehearsal.test_models_release import released
from tests.rehearsal.traffic import listener, rule

BACK_ON_ALL = {
    "Enabled": True,
    "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
}
NEVER_BACK = {"Enabled": False, "Events": BACK_ON_ALL["Events"]}
ALARM = {
    "AlarmName": "errors",
    "MetricName": "HTTPCode_ELB_5XX_Count",
    "Namespace": "AWS/ApplicationELB",
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 1,
    "Period": 60,
    "Statistic": "Sum",
    "Threshold": 1,
}


class Releasing:
    """The stack `s` with the service `hello`, its group and a test listener; then one deployment.

    Args:
        aws: Where.
        traffic: The TrafficRoutingConfig; all at once by default.
        resources: More resources of the stack.
        group: Properties of the deployment group.
    """

    def __init__(
        self,
        aws: InProcessAws,
        traffic: dict[str, Any] | None = None,
        *,
        resources: Resources | None = None,
        **group: Any,
    ) -> None:
        self.aws = aws
        config = resource(
            "AWS::CodeDeploy::DeploymentConfig",
            ComputePlatform="ECS",
            TrafficRoutingConfig=traffic or {"Type": "AllAtOnce"},
        )
        pair = {
            "ProdTrafficRoute": {"ListenerArns": [ref("Listener")]},
            "TestTrafficRoute": {"ListenerArns": [ref("Test")]},
            "TargetGroups": [
                {"Name": att("Blue", "TargetGroupName")},
                {"Name": att("Green", "TargetGroupName")},
            ],
        }
        usual = {
            "DeploymentConfigName": ref("Config"),
            "LoadBalancerInfo": {"TargetGroupPairInfoList": [pair]},
            "AutoRollbackConfiguration": BACK_ON_ALL,
        }
        test_rule = rule("/*")
        test_rule["Properties"]["ListenerArn"] = ref("Test")
        stack = {
            **released(**{**usual, **group}),
            "Config": config,
            "Alarm": resource("AWS::CloudWatch::Alarm", **ALARM),
            "Test": listener(9000),
            "TestRule": test_rule,
            **(resources or {}),
        }
        arns = {"Blue": ref("Blue"), "Green": ref("Green"), "Rule": ref("Rule"), "TestRule": ref("TestRule")}
        aws.deploy("s", template(stack, **arns, Application=ref("Application"), Group=ref("Deployments")))
        self.out = aws.outputs("s")
        self.ecs, self.deploy, self.elb = (aws.client(name) for name in ("ecs", "codedeploy", "elbv2"))
        self.id = ""

    def revision(self, container: str = "app") -> str:
        """Register one more revision of the service's family."""
        return self.ecs.register_task_definition(
            family="hello",
            containerDefinitions=[{"name": container, "image": "example/app:2"}],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            requiresCompatibilities=["FARGATE"],
        )["taskDefinition"]["taskDefinitionArn"]

    def start(self, revision: str | None = None, *, hooks: dict[str, str] | None = None, **more: Any) -> str:
        """Create a deployment of a new revision, or of a given one; its id."""
        target = {
            "TaskDefinition": revision or self.revision(),
            "LoadBalancerInfo": {"ContainerName": "app", "ContainerPort": 8080},
        }
        spec = {
            "version": 1,
            "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": target}}],
            "Hooks": [{event: function} for event, function in (hooks or {}).items()],
        }
        return self.start_content(json.dumps(spec), **more)

    def start_content(self, content: str, **more: Any) -> str:
        """Create a deployment with this AppSpec; its id."""
        self.id = self.deploy.create_deployment(
            **self.group,
            revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
            **more,
        )["deploymentId"]
        return self.id

    @property
    def group(self) -> dict[str, str]:
        """The group as an argument of CodeDeploy's API."""
        return {
            "applicationName": self.out["Application"],
            "deploymentGroupName": self.out["Group"],
        }

    def info(self, deployment: str = "") -> dict[str, Any]:
        """GetDeployment."""
        return self.deploy.get_deployment(deploymentId=deployment or self.id)["deploymentInfo"]

    @property
    def status(self) -> str:
        """Status of the deployment."""
        return self.info()["status"]

    def target(self) -> dict[str, Any]:
        """The one target."""
        answer = self.deploy.get_deployment_target(deploymentId=self.id, targetId="dev:hello")
        return answer["deploymentTarget"]["ecsTarget"]

    def events(self) -> dict[str, str]:
        """Status by lifecycle event."""
        return {event["lifecycleEventName"]: event["status"] for event in self.target()["lifecycleEvents"]}

    def weights(self, which: str = "Rule") -> tuple[int, int]:
        """Blue's and green's weight in the production rule, or in another one."""
        (found,) = self.elb.describe_rules(RuleArns=[self.out[which]])["Rules"]
        groups = found["Actions"][0]["ForwardConfig"]["TargetGroups"]
        share = {group["TargetGroupArn"]: group["Weight"] for group in groups}
        return share[self.out["Blue"]], share[self.out["Green"]]

    def service(self) -> dict[str, Any]:
        """The ECS service."""
        return self.ecs.describe_services(cluster="dev", services=["hello"])["services"][0]

    def primary(self) -> str:
        """`family:revision` of the task set that serves."""
        (found,) = [item for item in self.service()["taskSets"] if item["status"] == "PRIMARY"]
        return found["taskDefinition"].split("/")[1]

    def healthy(self, group: str) -> int:
        """Healthy targets of a target group."""
        answer = self.elb.describe_target_health(TargetGroupArn=self.out[group])
        return [item["TargetHealth"]["State"] for item in answer["TargetHealthDescriptions"]].count("healthy")

    def alarm(self, state: str = "ALARM") -> None:
        """Put the group's alarm into a state."""
        self.aws.client("cloudwatch").set_alarm_state(
            AlarmName="errors", StateValue=state, StateReason="test"
        )


def ended(release: Releasing) -> tuple[str, str]:
    """Status and reason of a deployment that failed or was stopped."""
    info = release.info()
    return info["status"], info["errorInformation"]["code"]


def check_rolled_back(release: Releasing) -> None:
    """Nothing is left of the deployment, and another one says so."""
    release.aws.advance(seconds=12)
    assert release.weights() == release.weights("TestRule") == (100, 0)
    assert release.primary() == "hello:1"
    assert release.service()["taskDefinition"].endswith("hello:1")
    assert (release.healthy("Blue"), release.healthy("Green")) == (1, 0)
    back = release.info(release.info()["rollbackInfo"]["rollbackDeploymentId"])
    assert (back["status"], back["creator"]) == ("Succeeded", "codeDeployRollback")
    assert back["rollbackInfo"]["rollbackTriggeringDeploymentId"] == release.id
