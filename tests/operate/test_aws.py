"""The way to AWS: its errors in a person's words and the right exit code; no account but the right one."""

from collections.abc import Callable
from typing import Any

import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from environments.model import Environment
from operate.aws import Aws, explained
from operate.problem import ExitCode, OperateError
from operate.releasing.patience import passing
from tests.operate.reading import ACCOUNT, REGION, StubbedAws

URL = "https://ecs.eu-central-1.amazonaws.com/"


def refusal(
    aws: StubbedAws, code: str, message: str = "The reason.", doing: str | None = None
) -> OperateError:
    """What comes of an error of ListClusters."""
    aws.refuses("ecs", "list_clusters", code, message)
    with pytest.raises(OperateError) as raised, explained(doing):
        aws.client("ecs").list_clusters()
    return raised.value


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_expired_credentials(stubbed: StubbedAws, code: str) -> None:
    error = refusal(stubbed, code)
    assert error.problem == f"The credentials have expired ({code})."
    assert "sign in again" in str(error)
    assert error.code is ExitCode.REFUSED


@pytest.mark.parametrize(
    "code",
    ["InvalidClientTokenId", "UnrecognizedClientException", "InvalidSignatureException", "AuthFailure"],
)
def test_credentials_that_aws_does_not_know(stubbed: StubbedAws, code: str) -> None:
    error = refusal(stubbed, code)
    assert error.problem == f"AWS does not accept the credentials ({code})."
    assert "the clock of this machine" in str(error)
    assert error.code is ExitCode.REFUSED


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"])
def test_access_denied_names_what_was_tried(stubbed: StubbedAws, code: str) -> None:
    error = refusal(stubbed, code, doing="start the deployment")
    assert error.problem == "Not allowed: start the deployment. The reason."
    assert "operate/actions.py" in str(error)
    assert error.code is ExitCode.FAILED


def test_access_denied_names_the_action_by_default(stubbed: StubbedAws) -> None:
    assert refusal(stubbed, "AccessDenied").problem == "Not allowed: ListClusters. The reason."


@pytest.mark.parametrize(
    "code", ["Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"]
)
def test_throttled(stubbed: StubbedAws, code: str) -> None:
    error = refusal(stubbed, code)
    assert error.problem == "AWS throttles ListClusters, after several tries: The reason."
    assert "wait a minute" in str(error)
    assert error.code is ExitCode.FAILED


def test_any_other_error_says_what_aws_said(stubbed: StubbedAws) -> None:
    error = refusal(stubbed, "ClusterNotFoundException", doing="find the cluster")
    assert str(error) == "AWS refused to find the cluster: The reason. (ClusterNotFoundException)"
    assert error.code is ExitCode.FAILED


@pytest.mark.parametrize(
    "lost",
    [
        EndpointConnectionError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
        ReadTimeoutError(endpoint_url=URL),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_lost_connection(lost: BotoCoreError) -> None:
    with pytest.raises(OperateError) as raised, explained("start the deployment"):
        raise lost
    assert raised.value.problem.startswith("AWS did not answer while trying to start the deployment: ")
    assert "what was started goes on in AWS" in str(raised.value)
    assert raised.value.code is ExitCode.FAILED


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoCredentialsError(), "There are no usable AWS credentials: Unable to locate credentials"),
        (ProfileNotFound(profile="work"), r"There are no usable AWS credentials: .*\(work\)"),
        (CredentialRetrievalError(provider="p", error_msg="e"), "There are no usable AWS credentials"),
        (UnauthorizedSSOTokenError(), "The sign-in has ended"),
        (TokenRetrievalError(provider="sso", error_msg="expired"), "The sign-in has ended"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_credentials_at_all(error: BotoCoreError, words: str) -> None:
    with pytest.raises(OperateError, match=words) as raised, explained():
        raise error
    assert raised.value.code is ExitCode.REFUSED
    assert "aws sso login" in str(raised.value)


def test_an_argument_that_botocore_does_not_take(stubbed: StubbedAws) -> None:
    with pytest.raises(OperateError, match="botocore refused the call") as raised, explained():
        stubbed.client("ecs").list_clusters(maxResults="many")
    assert raised.value.code is ExitCode.FAILED


def test_our_own_errors_stay_as_they_are() -> None:
    with pytest.raises(ZeroDivisionError), explained():
        _ = 1 / 0


def test_the_account_is_asked_for_once(stubbed: StubbedAws, dev: Environment) -> None:
    stubbed._account = None
    stubbed.answers("sts", "get_caller_identity", {"Account": ACCOUNT})
    assert dev.account is None
    assert [stubbed.account, stubbed.account] == [ACCOUNT, ACCOUNT]


def test_another_account_is_refused(dev: Environment) -> None:
    aws = StubbedAws(dev.model_copy(update={"name": "prod-eu", "account": "999999999999"}))
    aws._account = None
    aws.answers("sts", "get_caller_identity", {"Account": ACCOUNT})
    with pytest.raises(OperateError) as raised:
        aws.refuse_wrong_account()
    aws.close()
    assert raised.value.problem == (
        f"The credentials belong to account {ACCOUNT}; prod-eu lives in 999999999999."
    )
    assert "environments/prod_eu.py" in str(raised.value)
    assert raised.value.code is ExitCode.REFUSED
    assert aws._account is None  # nobody goes on with it


def test_the_right_account_passes(dev: Environment) -> None:
    aws = StubbedAws(dev.model_copy(update={"account": ACCOUNT}))
    aws._account = None
    aws.answers("sts", "get_caller_identity", {"Account": ACCOUNT})
    aws.refuse_wrong_account()
    aws.close()
    assert aws.account == ACCOUNT


@pytest.fixture
def own(dev: Environment, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The way as it is used, with credentials of nobody and no waiting between tries."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda _: None)
    return Aws(dev)


def answering(*answers: int | BotoCoreError) -> tuple[Callable[..., AWSResponse], list[Any]]:
    """Stands for the network: gives one answer after the other, the last one for ever."""
    tries: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        tries.append(request)
        now = answers[min(len(tries), len(answers)) - 1]
        if isinstance(now, BotoCoreError):
            raise now
        body = (
            b'{"clusterArns": []}' if now == 200 else b'{"__type": "ThrottlingException", "message": "Slow."}'
        )
        response = AWSResponse(URL, now, {}, None)
        response._content = body
        return response

    return answer, tries


def test_clients_are_of_the_region_and_made_once(own: Aws) -> None:
    assert own.client("ecs").meta.region_name == REGION
    assert own.client("ecs") is own.client("ecs")


def test_throttled_and_lost_calls_are_repeated(own: Aws) -> None:
    answer, tries = answering(400, EndpointConnectionError(endpoint_url=URL), 200)
    own.client("ecs").meta.events.register("before-send.ecs", answer)
    assert own.client("ecs").list_clusters()["clusterArns"] == []
    assert len(tries) == 3


def test_nobody_tries_for_ever(own: Aws) -> None:
    answer, tries = answering(400)
    own.client("ecs").meta.events.register("before-send.ecs", answer)
    with (
        pytest.raises(OperateError, match="AWS throttles ListClusters, after several tries: Slow"),
        explained(),
    ):
        own.client("ecs").list_clusters()
    assert len(tries) == 6


def test_a_profile_that_does_not_exist(dev: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this")
    with pytest.raises(OperateError, match=r"no usable AWS credentials.*nobody-has-this"):
        Aws(dev).client("ecs")


def test_an_address_that_is_none(dev: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    with pytest.raises(OperateError, match="Invalid endpoint: nonsense") as raised:
        Aws(dev).client("sts")
    assert "AWS_ENDPOINT_URL" in str(raised.value)
    assert raised.value.code is ExitCode.REFUSED


def test_a_page_of_a_proxy_in_place_of_an_answer(own: Aws) -> None:
    page = AWSResponse(URL, 502, {}, None)
    page._content = b"<!doctype html>\n<title>Bad gateway</title>"
    own.client("iam").meta.events.register("before-send.iam", lambda **_: page)
    with pytest.raises(OperateError) as raised, explained("list the roles"):
        own.client("iam").list_roles()
    assert raised.value.problem.startswith("The answer to the call to list the roles cannot be read: ")
    assert "doctype" not in str(raised.value)
    assert "a proxy or a gateway" in str(raised.value)
    assert raised.value.code is ExitCode.FAILED
    assert passing(raised.value)
