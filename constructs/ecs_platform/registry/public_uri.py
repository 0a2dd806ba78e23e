"""How an image of a public registry is named. Without aws_cdk, for whoever only checks a name."""

import re

from ecs_platform.problem import ConfigurationError

# https://pkg.go.dev/github.com/distribution/reference, except that the registry has to be named.
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::[0-9]{1,5})?"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_URI = re.compile(
    rf"{_HOST}(?:/{_PART})+"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
# By either of its names: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
_PRIVATE_ECR = re.compile(r"[0-9]{12}\.dkr[.-]ecr[.-]")
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
_LONGEST = 255


def check_public_uri(uri: str) -> None:
    """Whether a task can be told to run this image of a public registry, the same one every time.

    Args:
        uri: Registry, repository, and tag or digest.

    Raises:
        ConfigurationError: It is malformed, names a private repository of ECR, has not exactly one of tag and
            digest, or the tag is `latest`.
    """
    if _PRIVATE_ECR.match(uri):
        raise _refused(
            f'"{uri}" lies in a private repository of ECR.',
            allowed="RegistryImage(tag=...) or RegistryImage(digest=...), from the service's own repository.",
        )
    found = _URI.fullmatch(uri)
    if found is None or len(uri) > _LONGEST:
        raise _refused(
            f'"{uri}" names no image of a public registry.',
            allowed=(
                'a registry, a repository, and a tag or digest, such as "public.ecr.aws/nginx/nginx:1.29" or '
                f'"docker.io/library/httpd@sha256:...", in at most {_LONGEST} characters.'
            ),
        )
    if (found["tag"] is None) == (found["digest"] is None):
        given = "neither a tag nor a digest" if found["tag"] is None else "both a tag and a digest"
        raise _refused(f'"{uri}" has {given}.', allowed="exactly one of the two.")
    if found["tag"] == "latest":
        raise _refused(
            f'"{uri}" is whatever was published last, and no rollback would bring back what ran before.',
            allowed="a tag that stays what it is, or better a digest.",
        )


def _refused(problem: str, *, allowed: str) -> ConfigurationError:
    return ConfigurationError(problem, allowed=allowed, where="PublicImage(uri=...)")
