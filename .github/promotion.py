"""The same image, one environment further: the steps of promote.yml that are more than one command.

`images ENV` prints what the services of an environment run, by digest, as an output of a GitHub job.
`copy ENV` copies those images, read from IMAGES, into the repositories of the next environment.
`release ENV` brings them live there, one service after the other.

docs/decisions/promotion.md says why the image travels this way.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence

from operate.commands.arguments import deployed
from operate.outputs import Deployed
from operate.problem import OperateError
from operate.reading.image import Image, find, reference
from operate.reading.live import read

_URI = re.compile(
    r"(?P<registry>[0-9]{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?)/"
    r"[a-z0-9][a-z0-9._/-]*@(?P<digest>sha256:[0-9a-f]{64})"
)
# The profile of the role that may read the images of the environment before; promote.yml makes it.
_READER = "images"


def images(stacks: Deployed) -> Mapping[str, str]:
    """What each service runs, by digest.

    Args:
        stacks: The environment.

    Raises:
        OperateError: A service is in the middle of a release, or runs an image of another registry.
    """
    found: dict[str, str] = {}
    for name in stacks.service_names():
        service = stacks.service(name)
        live = read(stacks.aws, service)
        if sum(weight > 0 for weight in live.production.values()) > 1:
            raise OperateError(
                f"{name} is in the middle of a release: its users meet two versions.",
                next_step="promote again when it has ended.",
            )
        image = reference(live.image)
        if not image.repository.endswith(f"/{service.repository}"):
            raise OperateError(
                f"{name} runs {live.image}, which does not lie in {service.repository}.",
                next_step="promote images of the environment's own repositories alone.",
            )
        found[name] = find(stacks.aws, service, image.version).uri
    return found


def copy(stacks: Deployed, given: Mapping[str, str]) -> Mapping[str, Image]:
    """Copy images into an environment's repositories, byte for byte.

    Args:
        stacks: The environment they go to.
        given: Image by digest, by service.

    Raises:
        OperateError: What is given is no image, or there is no such service.
        CalledProcessError: skopeo or the AWS CLI failed, and has said why.
    """
    copied: dict[str, Image] = {}
    for name, uri in given.items():
        source = _parts(name, uri)
        service = stacks.service(name)
        try:
            copied[name] = find(stacks.aws, service, source["digest"])
        except OperateError:
            registry = f"{stacks.aws.account}.dkr.ecr.{stacks.aws.region}.{_suffix(stacks.aws.region)}"
            _sign_in(source["registry"], source["region"], "--profile", _READER)
            _sign_in(registry, stacks.aws.region)
            # A tag, because images without one expire; of the digest, because tags never move.
            tag = f"promoted-{source['digest'].removeprefix('sha256:')[:12]}"
            target = f"{registry}/{service.repository}:{tag}"
            _run("skopeo", "copy", "--all", "--preserve-digests", f"docker://{uri}", f"docker://{target}")
            copied[name] = find(stacks.aws, service, source["digest"])
    return copied


def release(stacks: Deployed, given: Mapping[str, str]) -> int:
    """Bring images live that are there, one service after the other.

    Args:
        stacks: The environment.
        given: Image by digest, by service.

    Returns:
        0, or the exit code of the first release that failed; those after it are not begun.
    """
    for name, uri in given.items():
        words = [
            stacks.environment.name,
            name,
            "--image",
            _parts(name, uri)["digest"],
            "--wait-for-old-tasks",
        ]
        done = subprocess.run([sys.executable, "-m", "operate", "release", *words], check=False)  # noqa: S603
        if done.returncode:
            return done.returncode
    return 0


def _parts(name: str, uri: str) -> Mapping[str, str]:
    found = _URI.fullmatch(uri)
    if found is None:
        raise OperateError(f"{name}: {uri!r} is not an image by digest in a registry of ECR.")
    return found.groupdict()


def _sign_in(registry: str, region: str, *profile: str) -> None:
    asked = subprocess.run(  # noqa: S603
        ["aws", "ecr", "get-login-password", "--region", region, *profile],  # noqa: S607
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    _run("skopeo", "login", "--username", "AWS", "--password-stdin", registry, input_=asked.stdout)


def _run(*words: str, input_: str | None = None) -> None:
    # What it says goes where errors go: standard output is the job's.
    subprocess.run(words, check=True, input=input_, stdout=2, text=True)  # noqa: S603


def _suffix(region: str) -> str:
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"


def _hand_on(found: Mapping[str, str], words: str) -> None:
    """Print the job's output, and show it to whoever approves what comes next."""
    sys.stdout.write(f"images={json.dumps(found, separators=(',', ':'))}\n")
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(path, "a", encoding="utf-8") as summary:
            summary.write(f"{words}\n\n" + "".join(f"- `{uri}`\n" for uri in found.values()))


def main(words: Sequence[str]) -> int:
    """Take one step.

    Args:
        words: The step and the environment.

    Returns:
        The exit code.
    """
    step, environment = words
    try:
        stacks = deployed(environment)
        if step == "images":
            _hand_on(images(stacks), f"What {environment} runs:")
            return 0
        given: Mapping[str, str] = json.loads(os.environ["IMAGES"])
        if step == "copy":
            copied = {name: image.uri for name, image in copy(stacks, given).items()}
            _hand_on(copied, f"The same, for {environment}:")
            return 0
        return release(stacks, given)
    except OperateError as error:
        sys.stderr.write(f"{error}\n")
        return error.code
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"{error.cmd[0]} failed with exit code {error.returncode}; its words stand above.\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
