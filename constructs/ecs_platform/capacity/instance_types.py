"""What the name of an instance type tells of its processor and accelerators."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk

from ecs_platform.capacity.image import Ec2Image
from ecs_platform.mistakes import Mistake, not_a_list
from ecs_platform.task.architecture import Architecture

# Letters, generation, options, size: m 7 gd . 2xlarge. Names of another build, such as u-6tb1, tell nothing.
_NAME = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")
_FAMILY = re.compile(r"(?P<letters>[a-z]+)(?P<generation>\d+)(?P<options>[a-z]*)(-[a-z0-9-]+)?")
# https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html
_NVIDIA = ("g", "gr", "p")
_RADEON = "g4ad"
_OTHERS = {
    "dl": "Gaudi accelerators",
    "inf": "Inferentia chips, which need AWS's Neuron image",
    "mac": "macOS",
    "trn": "Trainium chips, which need AWS's Neuron image",
    "vt": "video transcoders",
}


@dataclass(frozen=True, kw_only=True)
class _Kind:
    arm: bool
    nvidia: bool
    other: str | None


def instance_type_mistakes(
    instance_types: Sequence[str], image: Ec2Image, *, where: str
) -> Sequence[Mistake]:
    """Types that the image does not start on, or whose GPUs ECS would not see; all of them.

    What a name does not tell is left to EC2. Follows
    https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html and
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-gpu.html

    Args:
        instance_types: The types.
        image: What they are to start.
        where: The argument to change.
    """
    if alone := not_a_list(instance_types, where=where):
        return alone
    if not instance_types:
        return [Mistake(problem="There is no instance type.", allowed="one or more.", where=where)]
    mistakes = [
        Mistake(problem=f"{instance_type} {problem}", allowed=allowed, where=where)
        for instance_type in instance_types
        if not cdk.Token.is_unresolved(instance_type)
        for problem, allowed in _reasons(instance_type, image)
    ]
    if len(set(instance_types)) < len(instance_types):
        mistakes.append(
            Mistake(problem="An instance type is given twice.", allowed="types that differ.", where=where)
        )
    return mistakes


def _reasons(instance_type: str, image: Ec2Image) -> Sequence[tuple[str, str]]:
    if not _NAME.fullmatch(instance_type):
        return [("is no instance type.", "names such as m7g.large.")]
    kind = _kind(instance_type)
    if kind is None:
        return []
    if kind.other:
        return [(f"has {kind.other}.", "types that run Linux without accelerators, or with NVIDIA's GPUs.")]
    reasons: list[tuple[str, str]] = []
    if kind.arm != (image.architecture == Architecture.ARM64):
        has, wanted = ("ARM64", "X86_64") if kind.arm else ("X86_64", "ARM64")
        reasons.append(
            (
                f"has {has} processors and the image is for {wanted}.",
                f"types with {wanted} processors, or Ec2Image(architecture=Architecture.{has}).",
            )
        )
    if kind.nvidia and not image.gpu:
        reasons.append(
            ("has GPUs that the image has no drivers for.", "Ec2Image(gpu=True), or types without GPUs.")
        )
    if image.gpu and not kind.nvidia:
        reasons.append(
            ("has no NVIDIA GPU, which the image is made for.", "types such as g6.xlarge, or gpu=False.")
        )
    return reasons


def _kind(instance_type: str) -> _Kind | None:
    family = instance_type.partition(".")[0]
    found = _FAMILY.fullmatch(family)
    if not found:
        return None
    letters, options = found["letters"], found["options"]
    arm = "g" in options or "-gb" in family or family == "a1"
    nvidia = letters in _NVIDIA and family != _RADEON
    other = _OTHERS.get(letters)
    if family == _RADEON:
        other = "Radeon GPUs, which ECS does not schedule"
    elif arm and nvidia:
        other = "GPUs beside ARM64 processors, for which Amazon Linux 2023 has no image"
    return _Kind(arm=arm, nvidia=nvidia, other=other)
