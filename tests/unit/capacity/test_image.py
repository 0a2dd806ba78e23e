from typing import Any

import pytest

from ecs_platform.capacity.image import Ec2Image
from ecs_platform.capacity.instance_types import instance_type_mistakes
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.architecture import Architecture

PATH = "/aws/service/ecs/optimized-ami/amazon-linux-2023"
ARM = Ec2Image()
X86 = Ec2Image(architecture=Architecture.X86_64)
GPU = Ec2Image(architecture=Architecture.X86_64, gpu=True)


@pytest.mark.parametrize(
    ("image", "parameter"),
    [
        (ARM, f"{PATH}/arm64/recommended/image_id"),
        (X86, f"{PATH}/recommended/image_id"),
        (GPU, f"{PATH}/gpu/recommended/image_id"),
        (
            Ec2Image(release="al2023-ami-ecs-hvm-2023.0.20260901-kernel-6.1-arm64"),
            f"{PATH}/arm64/al2023-ami-ecs-hvm-2023.0.20260901-kernel-6.1-arm64/image_id",
        ),
        (
            Ec2Image(
                architecture=Architecture.X86_64,
                gpu=True,
                release="al2023-ami-ecs-gpu-hvm-2023.0.20260901-kernel-6.1-x86_64-ebs",
            ),
            f"{PATH}/gpu/al2023-ami-ecs-gpu-hvm-2023.0.20260901-kernel-6.1-x86_64-ebs/image_id",
        ),
    ],
)
def test_each_image_has_its_public_parameter(image: Ec2Image, parameter: str) -> None:
    assert image.parameter == parameter


@pytest.mark.parametrize("image", [ARM, X86])
def test_a_plain_word_is_the_same_processor(image: Ec2Image) -> None:
    word: Any = str(image.architecture.value)
    assert Ec2Image(architecture=word).parameter == image.parameter
    types = ["m7g.large" if image is ARM else "m7i.large"]
    assert not instance_type_mistakes(types, Ec2Image(architecture=word), where="here")


def test_one_type_by_itself_is_no_list() -> None:
    (found,) = instance_type_mistakes("m7g.large", ARM, where="here")
    assert (found.problem, found.allowed) == ('"m7g.large" stands alone.', 'a list: ["m7g.large"].')


def test_there_is_no_gpu_image_for_arm() -> None:
    with pytest.raises(
        ConfigurationError, match=r"no GPU image .* for ARM64\. Allowed: gpu=True with .*X86_64"
    ):
        Ec2Image(gpu=True)


@pytest.mark.parametrize(
    ("architecture", "gpu", "release"),
    [
        (Architecture.ARM64, False, "ami-0123456789abcdef0"),
        (Architecture.ARM64, False, "amzn2-ami-ecs-hvm-2.0.20240312-arm64-ebs"),
        (Architecture.ARM64, False, "al2023-ami-ecs-hvm-2023.0.20260901-kernel-6.1-x86_64"),
        (Architecture.X86_64, False, "al2023-ami-ecs-hvm-2023.0.20260901-kernel-6.1-arm64"),
        (Architecture.X86_64, False, "al2023-ami-ecs-gpu-hvm-2023.0.20260901-kernel-6.1-x86_64-ebs"),
        (Architecture.X86_64, True, "al2023-ami-ecs-hvm-2023.0.20260901-kernel-6.1-x86_64"),
        (Architecture.ARM64, False, "al2023-ami-ecs-hvm-2023.0.20260901-arm64/../recommended"),
        (Architecture.ARM64, False, ""),
    ],
)
def test_a_release_of_another_kind_is_refused(architecture: Architecture, gpu: bool, release: str) -> None:
    with pytest.raises(ConfigurationError, match=f'"{release}" is no ECS-optimised image'):
        Ec2Image(architecture=architecture, gpu=gpu, release=release)


@pytest.mark.parametrize(
    ("image", "instance_types"),
    [
        (
            ARM,
            "m7g.large c7gn.16xlarge r8gd.metal-24xl t4g.nano im4gn.large is4gen.medium x2gd.large a1.metal "
            "hpc7g.4xlarge i8ge.large",
        ),
        (
            X86,
            "m7i.large m7i-flex.large c5.metal t3.micro t2.medium r5dn.large x2iedn.large hpc7a.12xlarge "
            "u-6tb1.metal u7i-12tb.224xlarge z1d.large f2.6xlarge i4i.large d3en.xlarge c7a.large",
        ),
        (GPU, "g4dn.xlarge g5.48xlarge g6.xlarge gr6.4xlarge g6e.xlarge p3.2xlarge p4d.24xlarge p5.48xlarge"),
        # What a name does not tell is EC2's to say.
        (ARM, "u-6tb1.metal"),
    ],
)
def test_types_that_the_image_starts_on_are_taken(image: Ec2Image, instance_types: str) -> None:
    assert instance_type_mistakes(instance_types.split(), image, where="here") == []


@pytest.mark.parametrize(
    ("image", "instance_type", "problem", "allowed"),
    [
        (
            ARM,
            "m7i.large",
            "has X86_64 processors and the image is for ARM64",
            "architecture=Architecture.X86_64",
        ),
        (ARM, "t3.micro", "has X86_64 processors", "types with ARM64 processors"),
        (X86, "m7g.large", "has ARM64 processors and the image is for X86_64", "Architecture.ARM64"),
        (X86, "a1.large", "has ARM64 processors", "types with X86_64 processors"),
        (X86, "c6gn.large", "has ARM64 processors", "X86_64"),
        (X86, "g5.xlarge", "has GPUs that the image has no drivers for", "Ec2Image(gpu=True)"),
        (X86, "p4d.24xlarge", "has GPUs that the image has no drivers for", "types without GPUs"),
        (GPU, "m7i.large", "has no NVIDIA GPU", "g6.xlarge"),
        (GPU, "g4ad.xlarge", "has Radeon GPUs", "NVIDIA"),
        (GPU, "g5g.xlarge", "has GPUs beside ARM64 processors", "NVIDIA"),
        (ARM, "g5g.xlarge", "has GPUs beside ARM64 processors", "NVIDIA"),
        (GPU, "p6e-gb200.36xlarge", "has GPUs beside ARM64 processors", "NVIDIA"),
        (X86, "inf2.xlarge", "has Inferentia chips", "Linux"),
        (X86, "trn1n.32xlarge", "has Trainium chips", "Linux"),
        (X86, "mac2-m2.metal", "has macOS", "Linux"),
        (X86, "vt1.3xlarge", "has video transcoders", "Linux"),
        (X86, "dl1.24xlarge", "has Gaudi accelerators", "Linux"),
        (X86, "large", "is no instance type", "m7g.large"),
        (X86, "M7I.large", "is no instance type", "m7g.large"),
        (X86, "m7i large", "is no instance type", "m7g.large"),
    ],
)
def test_types_that_it_does_not_are_refused(
    image: Ec2Image, instance_type: str, problem: str, allowed: str
) -> None:
    mistake, *_ = instance_type_mistakes([instance_type], image, where="here")
    assert mistake.problem.startswith(f"{instance_type} {problem}")
    assert allowed in mistake.allowed
    assert mistake.where == "here"


@pytest.mark.parametrize(
    ("instance_types", "problems"),
    [
        ([], ["There is no instance type."]),
        (["m7g.large", "m7g.large"], ["An instance type is given twice."]),
        (
            ["m7i.large", "x", "m7g.large"],
            ["m7i.large has X86_64 processors and the image is for ARM64.", "x is no instance type."],
        ),
    ],
)
def test_all_wrong_types_are_found(instance_types: list[str], problems: list[str]) -> None:
    found = instance_type_mistakes(instance_types, ARM, where="here")
    assert [mistake.problem for mistake in found] == problems
