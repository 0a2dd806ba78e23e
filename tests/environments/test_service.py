"""A service: its size, image, variables and routing."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

from environments.model import (
    PublicImage,
    RegistryImage,
    Routing,
    SecretsManagerSecret,
    SourceImage,
    SsmParameter,
)

IMAGE = "services[0].image"
DIGEST = "sha256:" + "0a" * 32


def test_fargate_sizes_are_the_librarys(mistakes):
    assert mistakes({"services[0].cpu": 1024, "services[0].memory_mib": 8192}) == []
    assert mistakes({"services[0].memory_mib": 300}) == [
        "services[0].memory_mib (shop): Fargate has no task with 256 CPU units and 300 MiB of memory. Allowed: with 256 CPU units, 512, 1024, 2048 MiB."
    ]
    assert mistakes({"services[0].cpu": 300}) == [
        "services[0].cpu (shop): Fargate has no task with 300 CPU units. Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384, 32768 CPU units (1024 are one vCPU)."
    ]


@pytest.mark.parametrize("name", ["network", "registry", "platform", "bootstrap"])
def test_stacks_of_the_environment_keep_their_names(mistakes, name):
    assert mistakes({"services[0].name": name}) == [
        "services[0].name: A stack of the environment has this name. Allowed: any but network, registry, platform, bootstrap."
    ]


def test_names_of_services_are_short(mistakes):
    [refused] = mistakes({"services[0].name": "a" * 21})
    assert refused.startswith("services[0].name: 21 characters are too many.")
    assert refused.endswith("; at most 20.")


@pytest.mark.parametrize(
    ("directory", "refusal"),
    [
        ("nowhere", "There is no such directory. Allowed: a directory relative to the project's root."),
        ("docs", "No Dockerfile lies there. Allowed: a directory that holds a Dockerfile."),
        ("/etc", "Not inside the project. Allowed: a directory relative to the project's root."),
        ("../service", "Not inside the project. Allowed: a directory relative to the project's root."),
    ],
)
def test_source_images(mistakes, directory, refusal):
    assert mistakes({IMAGE: SourceImage(directory=directory)}) == [
        f"services[0].image.directory (shop): {refusal}"
    ]


@pytest.mark.parametrize("image", [RegistryImage(tag="1.4.2_a-b"), RegistryImage(digest=DIGEST)])
def test_registry_images(mistakes, image):
    assert mistakes({IMAGE: image}) == []


@pytest.mark.parametrize(
    ("image", "refusal"),
    [
        (
            RegistryImage(),
            " (shop): The image has neither a tag nor a digest. Allowed: exactly one of the two.",
        ),
        (
            RegistryImage(tag="1", digest=DIGEST),
            " (shop): The image has both a tag and a digest. Allowed: exactly one of the two.",
        ),
        (
            RegistryImage(tag="-1"),
            ".tag (shop): Not an image tag. Allowed: letters, digits, underscores, dots and hyphens, not beginning with a dot or hyphen.",
        ),
        (
            RegistryImage(digest=DIGEST[:-1]),
            ".digest (shop): Not an image digest. Allowed: 'sha256:' and 64 hex digits.",
        ),
    ],
)
def test_registry_images_refused(mistakes, image, refusal):
    assert mistakes({IMAGE: image}) == [f"{IMAGE}{refusal}"]


NGINX = "public.ecr.aws/nginx/nginx:1.29"


@pytest.mark.parametrize("nat", ["one", "one_per_zone"])
def test_public_images_take_nat(mistakes, nat):
    assert mistakes({IMAGE: PublicImage(uri=NGINX), "network.nat": nat}) == []


def test_public_images_without_nat_are_refused(mistakes, found):
    assert mistakes({IMAGE: PublicImage(uri=NGINX)}) == [
        f'services[0].image.uri (shop): network.nat is "none", and without NAT no task reaches a public registry. Allowed: RegistryImage(...), once `make copy-image ENV=qa SERVICE=shop SOURCE={NGINX}` has copied it; or network.nat "one" or "one_per_zone".'
    ]
    [mistake] = found({IMAGE: PublicImage(uri=NGINX)})
    assert (mistake.file, mistake.value) == ("environments/qa.py", repr(NGINX))


@pytest.mark.parametrize(
    ("uri", "refusal"),
    [
        ("nginx:1.29", "names no image of a public registry. Allowed: a registry, a repository, and a tag"),
        ("public.ecr.aws/nginx/nginx", "has neither a tag nor a digest. Allowed: exactly one of the two."),
        ("public.ecr.aws/nginx/nginx:latest", "is whatever was published last"),
        (
            "111122223333.dkr.ecr.eu-central-1.amazonaws.com/qa/shop:1",
            "lies in a private repository of ECR. Allowed: RegistryImage(tag=...)",
        ),
    ],
)
def test_public_images_refused(mistakes, uri, refusal):
    [only] = mistakes({IMAGE: PublicImage(uri=uri), "network.nat": "one"})
    assert only.startswith(f'services[0].image.uri (shop): "{uri}" {refusal}')


def test_a_variable_is_plain_or_secret(mistakes):
    assert mistakes({"services[0].secrets": {"KEY": SsmParameter(name="/shop/key")}}) == []
    assert mistakes({"services[0].secrets": {"COLOR": SsmParameter(name="/shop/color")}}) == [
        "services[0].environment['COLOR'] (shop): A secret has this name too. Allowed: each name in environment or in secrets, not in both."
    ]


ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop/db-a1b2c3"


@pytest.mark.parametrize(
    ("secret", "refusal"),
    [
        (SecretsManagerSecret(secret_id="shop/db", json_field="password"), None),
        (SecretsManagerSecret(secret_id=ARN), None),
        (
            SecretsManagerSecret(secret_id=ARN.replace("eu-central-1", "us-east-1")),
            ".secret_id (shop): The secret is in us-east-1; tasks reach the secrets of their own region. Allowed: a secret, or the replica of one, in eu-central-1.",
        ),
        (
            SecretsManagerSecret(secret_id="shop db"),
            ".secret_id (shop): Neither the name nor the ARN of a secret. Allowed: a name of letters, digits and / _ + = . @ -, or an ARN.",
        ),
        (
            SecretsManagerSecret(secret_id="shop/db", json_field="a:b"),
            ".json_field (shop): Not a field's name. Allowed: a name without colons and blanks.",
        ),
        (
            SecretsManagerSecret(secret_id=ARN.removesuffix("-a1b2c3")),
            ".secret_id (shop): The ARN lacks its end, a hyphen and six characters. Allowed: the full ARN, as Secrets Manager shows it, or the name alone.",
        ),
        (
            SecretsManagerSecret(secret_id="shop/db-secret"),
            ".secret_id (shop): A name that ends in a hyphen and six characters is taken for part of an ARN, and not found. Allowed: such a secret by its full ARN.",
        ),
        (SsmParameter(name="key"), None),
        (SsmParameter(name="/shop/key"), None),
        (
            SsmParameter(name="shop/key"),
            ".name (shop): Not the name of a parameter. Allowed: letters, digits and _ . -, or levels of them with a / before each, such as /shop/key.",
        ),
        (
            SsmParameter(name="shop key"),
            ".name (shop): Not the name of a parameter. Allowed: letters, digits and _ . -, or levels of them with a / before each, such as /shop/key.",
        ),
    ],
)
def test_secrets(mistakes, secret, refusal):
    field = "services[0].secrets['KEY']"
    assert mistakes({"services[0].secrets": {"KEY": secret}}) == (
        [] if refusal is None else [field + refusal]
    )


KEY, OTHER = SsmParameter(name="/shop/key"), SecretsManagerSecret(secret_id="shop/db")


def test_secrets_are_retired(mistakes):
    assert mistakes({"services[0].secrets": {"KEY": KEY}, "services[0].retired": [OTHER]}) == []


def test_a_retired_secret_is_not_in_use(mistakes):
    assert mistakes({"services[0].secrets": {"KEY": KEY, "B": KEY}, "services[0].retired": [OTHER, KEY]}) == [
        "services[0].retired[1] (shop, /shop/key): The container still gets it, as KEY, B. Allowed: each secret in secrets or in retired, not in both."
    ]


def test_retired_secrets_are_checked_like_others(mistakes):
    elsewhere = SecretsManagerSecret(secret_id=ARN.replace("eu-central-1", "us-east-1"))
    assert mistakes({"services[0].retired": [SsmParameter(name="shop key")]}) == [
        "services[0].retired[0].name (shop): Not the name of a parameter. Allowed: letters, digits and _ . -, or levels of them with a / before each, such as /shop/key."
    ]
    assert mistakes({"services[0].retired": [OTHER, elsewhere]}) == [
        "services[0].retired[1].secret_id (shop): The secret is in us-east-1; tasks reach the secrets of their own region. Allowed: a secret, or the replica of one, in eu-central-1."
    ]


@pytest.mark.parametrize(("paths", "hosts"), [(1, 0), (0, 1), (5, 0), (2, 3)])
def test_one_to_five_conditions(mistakes, paths, hosts):
    routing = Routing(
        priority=1, paths=[f"/{n}" for n in range(paths)], hosts=[f"{n}.example.com" for n in range(hosts)]
    )
    assert mistakes({"services[0].routing": routing}) == []


@pytest.mark.parametrize(("paths", "hosts"), [(0, 0), (6, 0), (3, 3)])
def test_none_or_more(mistakes, paths, hosts):
    routing = Routing(
        priority=1, paths=[f"/{n}" for n in range(paths)], hosts=[f"{n}.example.com" for n in range(hosts)]
    )
    assert mistakes({"services[0].routing": routing}) == [
        f"services[0].routing (shop): The rule has {paths + hosts} paths and hosts. Allowed: 1 to 5 together, a limit of the load balancer."
    ]


def test_more_wildcards_than_the_load_balancer_takes(mistakes):
    five = Routing(priority=1, paths=["/*/a*", "/b?/*"], hosts=["*.example.com"])
    assert mistakes({"services[0].routing": five}) == []
    six = Routing(priority=1, paths=["/*/a*", "/b?/*/?"], hosts=["*.example.com"])
    assert mistakes({"services[0].routing": six}) == [
        "services[0].routing (shop): The rule has 6 wildcards in its paths and hosts. Allowed: up to 5 together, a limit of the load balancer."
    ]
