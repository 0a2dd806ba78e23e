"""The stacks of an environment, in each state that CloudFormation knows."""

import pytest

from operate.checking.finding import Verdict
from operate.checking.stack_checks import stack_checks, stack_status
from operate.outputs import Deployed
from tests.operate.reading import LIVE, StubbedAws


@pytest.mark.parametrize(
    ("status", "verdict", "fix"),
    [
        ("CREATE_COMPLETE", Verdict.OK, None),
        ("UPDATE_COMPLETE", Verdict.OK, None),
        ("IMPORT_COMPLETE", Verdict.OK, None),
        ("UPDATE_IN_PROGRESS", Verdict.WARNING, "wait until"),
        ("UPDATE_ROLLBACK_COMPLETE", Verdict.WARNING, "make deploy ENV=dev"),
        ("ROLLBACK_COMPLETE", Verdict.REFUSED, "delete-stack --stack-name dev-hello, then make deploy"),
        ("UPDATE_ROLLBACK_FAILED", Verdict.REFUSED, "continue-update-rollback --stack-name dev-hello"),
        ("DELETE_FAILED", Verdict.REFUSED, "describe-stack-events --stack-name dev-hello"),
    ],
)
def test_the_state_of_a_stack(stubbed: StubbedAws, status: str, verdict: Verdict, fix: str | None) -> None:
    states = {"dev-network": "CREATE_COMPLETE", "dev-hello": status}
    findings = list(stack_checks(Deployed(stubbed), states))
    if verdict is Verdict.OK:
        assert [each.says for each in findings] == ["2 of 2 deployed and well"]
        return
    assert (findings[0].verdict, findings[0].says) == (verdict, f"dev-hello: {status}")
    assert fix is not None
    assert fix in (findings[0].fix or "")
    assert findings[1].says == "1 of 2 deployed and well"


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "DELETE_COMPLETE"])
def test_an_empty_stack_is_no_stack(stubbed: StubbedAws, status: str) -> None:
    described = {"StackName": "dev-hello", "CreationTime": LIVE.deployments[0].created, "StackStatus": status}
    stubbed.answers("cloudformation", "describe_stacks", {"Stacks": [described]})
    assert stack_status(Deployed(stubbed), "dev-hello") is None


def test_a_stack_that_nobody_may_read_is_not_called_missing(stubbed: StubbedAws) -> None:
    stubbed.refuses("cloudformation", "describe_stacks", "AccessDenied", "Not you.")
    deployed = Deployed(stubbed)
    (finding,) = stack_checks(deployed, {"dev-hello": stack_status(deployed, "dev-hello")})
    assert finding.verdict is Verdict.WARNING
    assert finding.says == "dev-hello: not known: Not allowed: read the stack dev-hello. Not you."
