"""How things are called towards a person, in one place."""

from datetime import datetime
from unicodedata import category

from operate.aws import Aws
from operate.outputs import ServiceOutputs

# Control characters, directions of writing, ends of lines.
_NOT_TEXT = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def command(verb: str, aws: Aws, service: ServiceOutputs, options: str = "") -> str:
    """What to type.

    Args:
        verb: The command of `operate`, which is also make's target.
        aws: Whose environment.
        service: Which service.
        options: Options of the command, such as `--image v2`. None by default.
    """
    arguments = f' ARGS="{options}"' if options else ""
    return f"make {verb} ENV={aws.environment.name} SERVICE={service.name}{arguments}"


def job_command(verb: str, aws: Aws, job: str, options: str = "") -> str:
    """What to type for a job. Not make's targets: make turns every exit code but 0 into 2.

    Args:
        verb: The command of `operate`.
        aws: Whose environment.
        job: The job's name.
        options: Options of the command. None by default.
    """
    return f"python -m operate {verb} {aws.environment.name} {job}{f' {options}' if options else ''}"


def revision_name(arn: str | None) -> str:
    """`dev-hello:7`, the part of a task definition's ARN that tells it apart."""
    return arn.rpartition("/")[2] if arn else "an unknown revision"


def plain(message: str) -> str:
    """What moves a cursor or paints a terminal, written out: whoever fills a log does not get to do that.

    Args:
        message: What a log says.
    """
    return "".join(
        each.encode("unicode_escape").decode() if category(each) in _NOT_TEXT and each != "\t" else each
        for each in message
    )


def at_time(moment: datetime) -> str:
    """A time of day as the person's clock shows it."""
    return f"{moment.astimezone():%H:%M:%S}"


def duration(seconds: float) -> str:
    """`42 s`, `3 min 05 s` or `1 h 02 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
