"""What a run is to show, and what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What became of a claim."""

    HELD = "held"
    BROKEN = "BROKEN"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One claim after the run.

    Args:
        verdict: Whether it held.
        seen: What was observed, with figures.
    """

    verdict: Verdict
    seen: str


# What the embedded AWS of `make demo` cannot show, each for the reason that rehearsal/README.md gives.
CLAIMS: Mapping[str, str] = {
    "first deploy": "make deploy ends with healthy tasks that pulled their image and answer over the load "
    "balancer",
    "logs": "the tasks' output arrives in the service's log group",
    "second deploy": "make deploy again changes nothing and releases nothing",
    "canary": "a release moves a share of the traffic first, then all of it",
    "update": "a stack update in the middle of the canary leaves the traffic where it is",
    "failed update": "a stack update that fails in the middle of the canary is rolled back by "
    "CloudFormation, and the traffic stays where it is",
    "alarm": "an alarm in the middle of a release sends all traffic back to the old tasks",
    "rollback": "while the old tasks wait, rollback is a matter of seconds",
    "no request lost": "of the requests sent every second through all of this, none failed",
    "destroy": "make destroy leaves nothing but what is retained on purpose",
}

# No emulator shows these either, and the run leaves them out: dev as shipped has nothing to show them with.
ELSEWHERE: Sequence[str] = (
    "ECS's own strategies, and the way to them from CodeDeploy (docs/strategies.md)",
    "hooks and the smoke test, unless the service has them (docs/hooks.md)",
    "tasks that never become healthy, for which CodeDeploy waits an hour (docs/runbook.md)",
    "what IAM allows GitHub's roles, people's policies and a bootstrap of its own (docs/accounts.md)",
    "images on their way from one account to the next (docs/decisions/promotion.md)",
    "HTTPS with its certificate and record, and the web ACL (environments/staging.py)",
    "scaling under load, schedules, and sessions by ECS Exec (docs/jobs.md, docs/exec.md)",
)
