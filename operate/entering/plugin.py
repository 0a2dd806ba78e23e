"""AWS's session-manager-plugin: it speaks the protocol of a session, with the terminal on the other side."""

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from operate.checking.finding import Finding, Verdict

NAME = "session-manager-plugin"
# What AWS asks for; older ones will stop working.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html
OLDEST = (1, 2, 764, 0)
_DOWNLOADS = "https://s3.amazonaws.com/session-manager-downloads/plugin/latest"


def found() -> str | None:
    """Where the plugin is. None where PATH does not lead to it."""
    return shutil.which(NAME)


def install_step(system: str, machine: str, *, has_dpkg: bool) -> str:
    """What to type to install it.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html

    Args:
        system: As `platform.system()` says: Linux, Darwin, Windows.
        machine: As `platform.machine()` says, such as x86_64 or arm64.
        has_dpkg: Whether the Linux is one of Debian's kind.
    """
    arm = machine.lower() in {"arm64", "aarch64"}
    if system == "Darwin":
        package = f"{_DOWNLOADS}/{'mac_arm64' if arm else 'mac'}/{NAME}.pkg"
        return (
            f"curl -O {package} && sudo installer -pkg {NAME}.pkg -target / && "
            f"sudo ln -s /usr/local/sessionmanagerplugin/bin/{NAME} /usr/local/bin/{NAME}"
        )
    if system == "Windows":
        return f"run {_DOWNLOADS}/windows/SessionManagerPluginSetup.exe, then open a new terminal"
    if has_dpkg:
        package = f"{_DOWNLOADS}/{'ubuntu_arm64' if arm else 'ubuntu_64bit'}/{NAME}.deb"
        return f"curl -O {package} && sudo dpkg -i {NAME}.deb"
    return f"sudo dnf install -y {_DOWNLOADS}/{'linux_arm64' if arm else 'linux_64bit'}/{NAME}.rpm"


def examined() -> Finding:
    """Whether the plugin is here, and not too old."""
    path = found()
    step = install_step(platform.system(), platform.machine(), has_dpkg=shutil.which("dpkg") is not None)
    if path is None:
        return Finding(
            name="plugin",
            verdict=Verdict.REFUSED,
            says=f"{NAME} is not in PATH, and nothing else speaks the protocol of a session",
            fix=step,
        )
    said = _version(path)
    try:
        version = tuple(int(part) for part in said.split("."))
    except ValueError:
        return Finding(name="plugin", verdict=Verdict.OK, says=f"{path}, of a version it does not tell")
    if version < OLDEST:
        wanted = ".".join(str(part) for part in OLDEST)
        return Finding(
            name="plugin",
            verdict=Verdict.WARNING,
            says=f"{path} is version {said}; AWS will stop supporting those before {wanted}",
            fix=step,
        )
    return Finding(name="plugin", verdict=Verdict.OK, says=f"{path}, version {said}")


def terminal() -> Sequence[Finding]:
    """Where nobody types. A warning: some programs that call this one bring a terminal of their own.

    https://github.com/aws/amazon-ssm-agent/issues/354
    """
    if sys.stdin.isatty():
        return ()
    return (
        Finding(
            name="terminal",
            verdict=Verdict.WARNING,
            says="there is none, and the plugin then mostly ends with: Cannot perform start session: EOF",
            fix="a terminal; for work without a person, a job and make run",
        ),
    )


def _version(path: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the program that PATH leads to, as for any command
            [path, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def talk(path: str, *, session: Mapping[str, Any], target: str, region: str, endpoint: str) -> int:
    """Hand a session over, in the words that the AWS CLI uses, until it ends.

    https://github.com/aws/aws-cli/blob/v2/awscli/customizations/ecs/executecommand.py

    Args:
        path: The plugin.
        session: What ExecuteCommand answered: its id, its address and its token.
        target: `ecs:cluster_task_runtime`, what the plugin calls the container.
        region: The region.
        endpoint: The address of ECS.

    Returns:
        The plugin's exit code; as a shell counts, where a signal ended it.
    """
    words = [
        path,
        json.dumps(dict(session)),
        region,
        "StartSession",
        _profile(),
        json.dumps({"Target": target}),
        endpoint,
    ]
    with _signals_are_the_sessions():
        code = subprocess.run(words, check=False).returncode  # noqa: S603 - as above
    return code if code >= 0 else 128 - code


def _profile() -> str:
    # In botocore's order; the plugin asks AWS itself where it has to resume a session.
    return os.environ.get("AWS_DEFAULT_PROFILE") or os.environ.get("AWS_PROFILE") or ""


@contextmanager
def _signals_are_the_sessions() -> Iterator[None]:
    """Ctrl-C, Ctrl-\\ and Ctrl-Z are for the program in the container, and must not end this one."""
    names = [each for each in ("SIGINT", "SIGQUIT", "SIGTSTP") if hasattr(signal, each)]
    before = {name: signal.signal(getattr(signal, name), signal.SIG_IGN) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
