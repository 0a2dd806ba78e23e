"""`dev/platform`: what the services of an environment share."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_sns as sns
from constructs import Construct

from ecs_platform import CapacityShare, Cluster, Https, INetwork, LoadBalancer, StoppedTasks, Waf, once
from environments import model
from stacks.translate import RETENTION, removal_policy


class PlatformStack(cdk.Stack):
    """The cluster and the load balancer of an environment."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        environment: model.Environment,
        network: INetwork,
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_, tags=tags)
        shares = environment.cluster
        self.cluster = Cluster(
            self,
            "Cluster",
            network=network,
            name=environment.name,
            capacity=CapacityShare(
                fargate_base=shares.fargate_base,
                fargate_weight=shares.fargate_weight,
                spot_weight=shares.fargate_spot_weight,
            ),
            exec_audit_retention=RETENTION[environment.log_retention_days],
            removal_policy=removal_policy(environment.removable),
        )
        settings = environment.load_balancer
        self.load_balancer = LoadBalancer(
            self,
            "LoadBalancer",
            network=network,
            https=self._https(settings.https),
            plain_http_reason=settings.plain_http_reason,
            test_listener_cidrs=settings.test_listener_cidrs,
            deletion_protection=settings.deletion_protection,
            access_log_retention=once.days(settings.access_log_retention_days),
            removable=environment.removable,
            waf=Waf(
                rate_limit_per_5_minutes=settings.waf.rate_limit_per_5_minutes,
                log_retention=RETENTION[environment.log_retention_days],
            )
            if settings.waf
            else None,
            log_retention=RETENTION[environment.log_retention_days],
        )
        if environment.stopped_tasks:
            self._report(environment.stopped_tasks)
        for value in (*self.cluster.exports, *self.load_balancer.exports):
            self.export_value(value)
        cdk.CfnOutput(self, "ClusterName", value=once.cluster_name(self.cluster.cluster))
        cdk.CfnOutput(self, "Url", value=self.load_balancer.url)

    def _report(self, settings: model.StoppedTasks) -> None:
        arn = settings.topic_arn
        reporter = StoppedTasks(
            self,
            "StoppedTasks",
            cluster=self.cluster,
            emails=settings.emails,
            topic=sns.Topic.from_topic_arn(self, "StoppedTasksTopic", arn) if arn else None,
            spot_interruptions=settings.spot_interruptions,
        )
        if arn:
            cdk.Annotations.of(reporter).acknowledge_warning(
                "@aws-cdk/aws-events:ruleUnresolvedEnvironment",
                "Where the environment names no account, CDK cannot tell that the topic is in the same one.",
            )

    def _https(self, settings: model.HttpsWithCertificate | model.HttpsWithHostedZone | None) -> Https | None:
        match settings:
            case None:
                return None
            case model.HttpsWithCertificate():
                return Https(
                    domain_name=settings.domain_name,
                    certificate=acm.Certificate.from_certificate_arn(
                        self, "Certificate", settings.certificate_arn
                    ),
                )
            case model.HttpsWithHostedZone():
                return Https(
                    domain_name=settings.domain_name,
                    hosted_zone=route53.HostedZone.from_hosted_zone_attributes(
                        self,
                        "HostedZone",
                        hosted_zone_id=settings.hosted_zone_id,
                        zone_name=settings.hosted_zone_name,
                    ),
                )
