"""The machine image of container instances, found by CloudFormation."""

import re
from dataclasses import dataclass

from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.task.architecture import Architecture, architecture_mistakes

_PARAMETERS = "/aws/service/ecs/optimized-ami/amazon-linux-2023"
_RELEASE = re.compile(r"al2023-ami-ecs-[A-Za-z0-9._-]+")


@dataclass(frozen=True, kw_only=True)
class Ec2Image:
    """The ECS-optimised Amazon Linux 2023, by the public parameter that AWS keeps it under.

    CloudFormation reads the parameter with every deployment, so a newer image comes with the next one and
    replaces the instances; docs/decisions/ec2-capacity.md. Nothing is looked up at synthesis. Follows
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html

    Args:
        architecture: The processor. ARM64 by default, AWS's Graviton.
        gpu: Whether the image has NVIDIA's drivers, for instances with their GPUs. It is there for X86_64.
        release: The name of one image to stay on, such as
            `al2023-ami-ecs-hvm-2023.0.20260901-kernel-6.1-arm64`. By default the one AWS recommends.

    Raises:
        ConfigurationError: There is no such image, or the name is that of another kind.
    """

    architecture: Architecture = Architecture.ARM64
    gpu: bool = False
    release: str | None = None

    def __post_init__(self) -> None:
        refuse(architecture_mistakes(self.architecture, where="Ec2Image(architecture=...)"))
        mistakes: list[Mistake] = []
        if self.gpu and self.architecture != Architecture.X86_64:
            mistakes.append(
                Mistake(
                    problem=f"There is no GPU image of Amazon Linux 2023 for {self.architecture}.",
                    allowed="gpu=True with architecture=Architecture.X86_64.",
                    where="Ec2Image(architecture=..., gpu=...)",
                )
            )
        if self.release is not None and not self._names_this_kind(self.release):
            mistakes.append(
                Mistake(
                    problem=f'"{self.release}" is no ECS-optimised image of Amazon Linux 2023 for '
                    f"{self.architecture} with{'' if self.gpu else 'out'} GPU drivers.",
                    allowed="a name that begins with al2023-ami-ecs- and tells the processor, as listed by "
                    f"aws ssm get-parameters-by-path --path {self._path}",
                    where="Ec2Image(release=...)",
                )
            )
        refuse(mistakes)

    @property
    def parameter(self) -> str:
        """The name of the public SSM parameter that holds the image's id."""
        return f"{self._path}/{self.release or 'recommended'}/image_id"

    @property
    def _path(self) -> str:
        if self.gpu:
            return f"{_PARAMETERS}/gpu"
        return f"{_PARAMETERS}/arm64" if self.architecture == Architecture.ARM64 else _PARAMETERS

    def _names_this_kind(self, release: str) -> bool:
        return (
            _RELEASE.fullmatch(release) is not None
            and self.architecture.lower() in release
            and self.gpu == ("-gpu-" in release)
        )
