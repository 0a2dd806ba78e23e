"""The hook's log: a line of JSON for each thing it says."""

import json
import sys
import traceback


def say(**what: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(what) + "\n")


def words_of_failure() -> str:
    """The error under way, with where it happened: the program is wrong, not the task."""
    return "The hook itself failed: " + traceback.format_exc()[-1500:]
