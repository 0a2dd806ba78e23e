"""The gate: what a stack update would do to live traffic and to running tasks, found before it is executed.

The same rules read the difference of two templates (`make diff`, and `make deploy` before anything is
written) and CloudFormation's own change set (`make deploy`, before it is executed). Why there is a gate, and
why it reads both, is in docs/decisions/deploy-gate.md.
"""

from operate.deploying.gate.change import Change, by_change_set, by_templates
from operate.deploying.gate.finding import Finding, report
from operate.deploying.gate.rules import judge

__all__ = ["Change", "Finding", "by_change_set", "by_templates", "judge", "report"]
