"""Priorities that no file names: computed, and checked with everything else."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import subprocess
import sys

from environments.model import Routing
from tests.synthesis import ROOT


def test_services_need_no_priority(mistakes, service):
    changes = {
        "services[0].routing": Routing(paths=["/*"]),
        "services[1]": service(),
        "services[1].name": "orders",
        "services[1].routing": Routing(paths=["/orders/*"]),
        "services[2]": service(),
        "services[2].name": "admin",
        "services[2].routing": Routing(paths=["/orders/*"], hosts=["admin.example.com"]),
    }
    assert mistakes(changes) == []


def test_all_that_is_wrong_with_priorities_is_said_at_once(mistakes, service):
    changes = {f"services[{position}]": service() for position in (1, 2, 3)}
    changes |= {f"services[{position}].name": f"shop-{position}" for position in (1, 2, 3)}
    changes["services[0].routing"] = Routing(priority=100, paths=["/*"])
    changes["services[1].routing"] = Routing(priority=100, paths=["/a"])
    changes["services[2].routing"] = Routing(paths=["/b"])
    changes["services[3].routing"] = Routing(paths=["/a"])
    changes["services[3].port"] = 0
    first = (
        "services[0] takes every request of services[{0}] at priority 100, so that services[{0}], at {1}, is never asked. "
        "Allowed: a priority below 100 for services[{0}], or no priority for services[0]; or, where that is meant, one chosen by hand for both."
    )
    assert mistakes(changes) == [
        "services[3].port (shop-3): Outside the range. Allowed: 1 to 65,535.",
        "services[1].routing.priority (shop-1): services[0] has this priority too. Allowed: a priority of its own for each service; they share the listeners.",
        f"services[2].routing.priority (shop-2): {first.format(2, 47117)}",
        f"services[3].routing.priority (shop-3): {first.format(3, 47086)}",
        "services[3].routing.priority (shop-3): services[3] and services[1] have the same hosts and paths, so that one of them is never asked. Allowed: conditions of its own for each rule, or a priority chosen by hand for both.",
    ]


def test_a_service_whose_paths_are_refused_hides_no_duplicate(mistakes, service):
    changes = {
        "services[1]": service(),
        "services[1].name": "orders",
        "services[1].routing": Routing(priority=10, paths=["no slash"]),
    }
    (path, duplicate) = mistakes(changes)
    assert path.startswith("services[1].routing.paths[0]")
    assert "services[0] has this priority too." in duplicate


def test_they_are_computed_without_aws_cdk():
    code = "import sys, environments; environments.load_all(); sys.exit('aws_cdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
