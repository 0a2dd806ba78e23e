"""Words that are an architecture, and words that are none."""

import pytest

from ecs_platform.capacity.image import Ec2Image
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.architecture import Architecture, architecture_mistakes


@pytest.mark.parametrize("word", [*Architecture, "ARM64", "X86_64"])
def test_an_architecture_or_its_plain_word(word: str) -> None:
    assert architecture_mistakes(word, where="Task(architecture=...)") == ()


@pytest.mark.parametrize("word", ["arm64", "amd64", "", None, 64])
def test_anything_else_is_refused_with_those_there_are(word: object) -> None:
    (mistake,) = architecture_mistakes(word, where="Task(architecture=...)")
    assert str(mistake.problem) == f"There is no architecture {word!r}."
    assert mistake.allowed == "Architecture.ARM64, Architecture.X86_64."


def test_an_image_of_no_architecture_is_not_silently_one_for_x86() -> None:
    with pytest.raises(ConfigurationError, match="There is no architecture 'arm64'"):
        Ec2Image(architecture="arm64")  # type: ignore[arg-type]
