import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template

from ecs_platform.load_balancer import rule_function, weight_function
from tests.unit.load_balancer.rule_platform import RULE, Platform


def _statements(template: Template) -> list[dict[str, Any]]:
    (role,) = template.find_resources("AWS::IAM::Role").values()
    (policy,) = role["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"]


def _arn(kind: str) -> dict[str, Any]:
    start = f"arn:aws:elasticloadbalancing:eu-central-1:111122223333:{kind}/"
    name = {"Fn::GetAtt": ["Alb16C2F182", "LoadBalancerFullName"]}
    return {"Fn::Join": ["", [start, name, "/*"]]}


def test_the_function_serves_many_rules(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    platform = Platform(stack)
    platform.rule(stack)
    platform.rule(stack, "Second", priority=20)

    template().resource_count_is(RULE, 2)
    template().has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Runtime": "python3.14",
            "Architectures": ["arm64"],
            "Handler": "index.handler",
            "Timeout": 180,
            "VpcConfig": Match.absent(),
            "ReservedConcurrentExecutions": Match.absent(),
            "LoggingConfig": {
                "LogGroup": {"Ref": Match.string_like_regexp("^RulesLogs")},
                "LogFormat": "JSON",
            },
        },
    )
    template().resource_count_is("AWS::Lambda::Function", 1)


def test_the_function_may_change_the_rules_of_this_load_balancer_and_nothing_else(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    Platform(stack)

    (log_group,) = template().find_resources("AWS::Logs::LogGroup")
    elb = "elasticloadbalancing:"
    assert _statements(template()) == [
        {
            "Effect": "Allow",
            "Action": [
                f"{elb}DescribeListeners",
                f"{elb}DescribeRules",
                f"{elb}DescribeTags",
                f"{elb}DescribeTargetHealth",
            ],
            "Resource": "*",
        },
        {"Effect": "Allow", "Action": f"{elb}CreateRule", "Resource": _arn("listener")},
        {
            "Effect": "Allow",
            "Action": [f"{elb}DeleteRule", f"{elb}ModifyRule", f"{elb}SetRulePriorities"],
            "Resource": _arn("listener-rule"),
        },
        {
            "Effect": "Allow",
            "Action": f"{elb}AddTags",
            "Resource": [_arn("listener-rule"), _arn("listener")],
            "Condition": {"StringEquals": {f"{elb}CreateAction": "CreateRule"}},
        },
        {
            "Effect": "Allow",
            "Action": f"{elb}AddTags",
            "Resource": _arn("listener-rule"),
            "Condition": {
                "ForAllValues:StringEquals": {"aws:TagKeys": ["ecs-platform:request"]},
                "Null": {"aws:TagKeys": "false"},
            },
        },
        {
            "Effect": "Allow",
            "Action": [f"{elb}AddTags", f"{elb}RemoveTags"],
            "Resource": _arn("listener-rule"),
            "Condition": {
                "ForAllValues:StringNotLike": {"aws:TagKeys": ["ecs-platform:*"]},
                "Null": {"aws:TagKeys": "false"},
            },
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": {"Fn::GetAtt": [log_group, "Arn"]},
        },
    ]


def test_the_policy_allows_exactly_what_the_code_calls(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    Platform(stack)
    code = "".join(source.read_text() for source in _sources() if source.name != "listener_request.py")
    # Of what both requests share, this is called for listeners alone.
    code = code.replace('"delete_listener"', "")
    called = {name for name in _operations() if f'"{name}"' in code}

    allowed = {
        action.partition(":")[2]
        for statement in _statements(template())
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if action.startswith("elasticloadbalancing:")
    }
    assert allowed == {"".join(word.capitalize() for word in name.split("_")) for name in called}


def _sources() -> list[Path]:
    return sorted(Path(rule_function.__file__).parent.rglob("*.py"))


def _operations() -> list[str]:
    elb = boto3.client("elbv2", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    return list(elb.meta.method_to_api_mapping)


def test_what_python_compiles_is_not_shipped_so_that_the_hash_stays(
    tmp_path: Path, stack: cdk.Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    copy = shutil.copytree(_sources()[0].parent, tmp_path / "copy", ignore=ignore)
    for folder in (copy, copy / "swap_safe_rule"):
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__" / "index.cpython-314.pyc").write_bytes(b"compiled")
    monkeypatch.setattr(weight_function, "_CODE", copy)

    Platform(stack)

    (asset,) = [folder for folder in Path(_outdir(stack)).glob("asset.*") if (folder / "index.py").exists()]
    shipped = sorted(str(file.relative_to(asset)) for file in asset.rglob("*") if file.is_file())
    assert shipped == [str(source.relative_to(_sources()[0].parent)) for source in _sources()]


def _outdir(stack: cdk.Stack) -> str:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    return app.outdir


@pytest.mark.parametrize(
    ("options", "days", "deletion"),
    [
        ({}, 365, "Retain"),
        ({"log_retention": logs.RetentionDays.ONE_WEEK}, 7, "Retain"),
        ({"removal_policy": cdk.RemovalPolicy.DESTROY}, 365, "Delete"),
    ],
)
def test_the_log(
    stack: cdk.Stack, template: Callable[[], Template], options: dict[str, Any], days: int, deletion: str
) -> None:
    Platform(stack, **options)

    template().has_resource(
        "AWS::Logs::LogGroup", {"Properties": {"RetentionInDays": days}, "DeletionPolicy": deletion}
    )


@pytest.mark.parametrize("account", ["111122223333", None])
def test_nothing_is_left_for_the_nag_pack_to_find(
    app: cdk.App, findings: Callable[[], list[str]], account: str | None
) -> None:
    stack = cdk.Stack(app, "there", env=cdk.Environment(account=account, region="eu-central-1"))
    Platform(stack).rule(stack)

    assert [finding for finding in findings() if "/Rule" in finding] == []
