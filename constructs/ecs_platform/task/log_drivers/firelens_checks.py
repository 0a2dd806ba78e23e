"""What ECS would refuse in a log router, or Fluent Bit at its start."""

import re
from collections.abc import Sequence

from ecs_platform.mistakes import Mistake, out_of_range
from ecs_platform.registry.images import Image, PublicImage

_PATH = re.compile(r"(?:/[\w.-]+)+", re.ASCII)
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html
_GENERATED = "/fluent-bit/etc/fluent-bit.conf"
_USER = re.compile(r"[0-9]+(?::[A-Za-z0-9_][\w.-]*)?", re.ASCII)
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-docker-buffer-limit.html
_MOST_LINES = 536_870_911


def mistakes_of(
    *,
    has_output: bool,
    config_file: str | None,
    image: Image | None,
    has_repository: bool,
    user: str | None,
    on_disk: bool,
    buffer_lines: int | None,
) -> Sequence[Mistake]:
    """All that is wrong with a FireLens.

    Args:
        has_output: Whether there is an output.
        config_file: The path of a configuration file.
        image: The router's image, where it is not AWS's.
        has_repository: Whether a repository is given for it.
        user: The user, where one is given.
        on_disk: Whether the output buffers on disk.
        buffer_lines: The number of lines, where one is given.
    """
    return [
        *_of_destination(has_output=has_output, config_file=config_file),
        *_of_image(image, has_repository=has_repository),
        *_of_user(user, on_disk=on_disk),
        *(
            out_of_range(
                buffer_lines, 0, _MOST_LINES, what="buffer_lines", where="FireLens(buffer_lines=...)"
            )
            if buffer_lines is not None
            else ()
        ),
    ]


def _of_destination(*, has_output: bool, config_file: str | None) -> Sequence[Mistake]:
    if config_file is None:
        if has_output:
            return ()
        return [
            Mistake(
                problem="The log router has no output, and no configuration file that could have one.",
                allowed="an output such as CloudWatchOutput(), a configuration file, or both.",
                where="FireLens(output=..., config_file=...)",
            )
        ]
    if config_file == _GENERATED:
        return [
            Mistake(
                problem=f"{config_file} is the file that ECS writes, in place of the image's own.",
                allowed="another path, such as /fluent-bit/configs/extra.conf.",
                where="FireLens(config_file=...)",
            )
        ]
    if _PATH.fullmatch(config_file):
        return ()
    return [
        Mistake(
            problem=f'"{config_file}" is no path of a configuration file.',
            allowed="an absolute path in the router's image, such as /fluent-bit/configs/extra.conf.",
            where="FireLens(config_file=...)",
        )
    ]


def _of_image(image: Image | None, *, has_repository: bool) -> Sequence[Mistake]:
    needed = image is not None and not isinstance(image, PublicImage)
    if needed == has_repository:
        return ()
    if has_repository:
        problem = "A repository is given for the log router, and no image that comes from there."
    else:
        problem = f"A {type(image).__name__} is given for the log router, and no repository."
    return [
        Mistake(
            problem=problem,
            allowed="an image with its repository; a PublicImage alone, or neither for AWS's own.",
            where="FireLens(image=..., repository=...)",
        )
    ]


def _of_user(user: str | None, *, on_disk: bool) -> Sequence[Mistake]:
    if user is None:
        return ()
    if not _USER.fullmatch(user):
        # ECS refuses the revision.
        return [
            Mistake(
                problem=f'The log router\'s user is "{user}".',
                allowed='a uid and, if need be, a group: "10001", "10001:10001".',
                where="FireLens(user=...)",
            )
        ]
    if on_disk and int(user.partition(":")[0]) != 0:
        return [
            Mistake(
                problem=f"The output buffers on disk, where user {user} cannot write: the storage is root's.",
                allowed='no user, or "0", for such an output.',
                where="FireLens(user=...)",
            )
        ]
    return ()
