"""What a command did, for a person and for a machine."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from operate.problem import ExitCode, OperateError
from operate.reading.image import reference
from operate.releasing.moment import Moment


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a command ended.

    Args:
        says: What happened, in one to three lines.
        result: The same in a word: `released`, `already live`, `started`, `failed` and so on.
        deployment: The deployment it is about. None where there is none.
        revision: ARN of the revision it is about.
        image: That revision's image.
        moment: The deployment at the last look. None where nobody looked.
        rollback: Id of the deployment that moved traffic back. None where none did.
        problem: Why the exit code is not 0. None where it is.
        notes: What else a person should know.
    """

    says: str
    result: str
    deployment: str | None = None
    revision: str | None = None
    image: str | None = None
    moment: Moment | None = None
    rollback: str | None = None
    problem: OperateError | None = None
    notes: list[str] = field(default_factory=list[str])

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        image = reference(self.image) if self.image else None
        moment = self.moment
        return {
            "result": self.result,
            "exit_code": int(self.problem.code if self.problem else ExitCode.DONE),
            "deployment": self.deployment,
            "status": moment.status if moment else None,
            "phase": moment.phase.value if moment else None,
            "stage": moment.stage if moment else None,
            "until": _stamp(moment.until) if moment else None,
            "traffic": {side.label: side.percent for side in (moment.old, moment.new) if side is not None}
            if moment
            else {},
            "revision": self.revision,
            "image": self.image,
            "image_digest": image.digest if image else None,
            "rollback": self.rollback,
            "problem": self.problem.problem if self.problem else None,
            "cause": self.problem.cause if self.problem else None,
            "notes": self.notes,
        }


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
