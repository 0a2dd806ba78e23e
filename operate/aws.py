"""The way to AWS: one region, one account and no other, and AWS's errors in a person's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import (
    ConnectionError as NoConnectionError,
)
from botocore.parsers import ResponseParserError

from environments.model import Environment
from operate.problem import ExitCode, OperateError

# Throttled and lost calls are repeated, by botocore, with growing pauses and at most for half a minute.
# https://docs.aws.amazon.com/boto3/latest/guide/retries.html
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 6}, connect_timeout=5, read_timeout=30)

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_NOT_KNOWN = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "AuthFailure",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_THROTTLED = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"}


class Aws:
    """Clients in an environment's region, through the normal credential chain.

    Args:
        environment: Names the region, and the account unless that is left to the credentials.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.region = environment.region
        self._clients: dict[str, Any] = {}
        self._account: str | None = None
        self._caller: str | None = None

    def client(self, service: str) -> Any:
        """The client of a service, made once."""
        if service not in self._clients:
            try:
                with explained():
                    self._clients[service] = boto3.client(  # pyright: ignore[reportUnknownMemberType, reportCallIssue, reportArgumentType]
                        service, region_name=self.region, config=_CONFIG
                    )
            except ValueError as error:
                # What botocore says of an address that is none.
                raise OperateError(
                    f"AWS cannot be asked: {error}",
                    next_step="correct or unset AWS_ENDPOINT_URL, and endpoint_url in the AWS configuration.",
                ) from error
        return self._clients[service]

    @property
    def account(self) -> str:
        """The account of the credentials, after `refuse_wrong_account`."""
        if self._account is None:
            self.refuse_wrong_account()
        assert self._account is not None  # noqa: S101 - for the type checker
        return self._account

    @property
    def caller(self) -> str:
        """Whose credentials these are: `user/ada`, or `assumed-role/Deployer/session`."""
        if self._caller is None:
            self.refuse_wrong_account()
        assert self._caller is not None  # noqa: S101 - for the type checker
        return self._caller

    def refuse_wrong_account(self) -> None:
        """Ask whose credentials these are, before anything is written.

        Raises:
            OperateError: They belong to another account than the environment names.
        """
        with explained():
            identity = self.client("sts").get_caller_identity()
        found: str = identity["Account"]
        wanted = self.environment.account
        if wanted is not None and found != wanted:
            raise OperateError(
                f"The credentials belong to account {found}; {self.environment.name} lives in {wanted}.",
                next_step=f"use a profile of account {wanted} (AWS_PROFILE=...), or change `account` in "
                f"environments/{self.environment.name.replace('-', '_')}.py.",
            )
        self._account = found
        self._caller = str(identity.get("Arn", "")).rpartition(":")[2]


@contextmanager
def explained(doing: str | None = None) -> Iterator[None]:
    """Turn what AWS or botocore raises inside into an `OperateError`.

    Args:
        doing: What was tried, as in "start the deployment". The API's action by default.

    Raises:
        OperateError: With AWS's own reason, and what to do about it.
    """
    try:
        yield
    except ClientError as error:
        raise _refusal(error, doing) from error
    except (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, ProfileNotFound) as error:
        raise OperateError(
            f"There are no usable AWS credentials: {error}",
            next_step="sign in (aws sso login, or AWS_PROFILE=...), then run the command again.",
        ) from error
    except (SSOError, TokenRetrievalError) as error:
        raise OperateError(
            f"The sign-in has ended: {error}", next_step="run `aws sso login`, then the command again."
        ) from error
    except (NoConnectionError, HTTPClientError) as error:
        raise OperateError(
            f"AWS did not answer{f' while trying to {doing}' if doing else ''}: {error}",
            cause="no network, a proxy, or a region without this service.",
            next_step="run the command again; what was started goes on in AWS.",
            code=ExitCode.FAILED,
        ) from error
    except ResponseParserError as error:
        # No error of botocore's own kind: a page in HTML where an answer of AWS should be.
        said = str(error).partition("\n")[0].rstrip(":")
        raise OperateError(
            f"The answer{f' to the call to {doing}' if doing else ''} cannot be read: {said}",
            cause="a proxy or a gateway answered in its place.",
            next_step="run the command again; what was started goes on in AWS.",
            code=ExitCode.FAILED,
        ) from error
    except BotoCoreError as error:
        raise OperateError(f"botocore refused the call: {error}", code=ExitCode.FAILED) from error


def error_code(error: ClientError) -> str:
    """AWS's name for an error."""
    return error.response.get("Error", {}).get("Code", "")


def _refusal(error: ClientError, doing: str | None) -> OperateError:
    code = error_code(error)
    reason = error.response.get("Error", {}).get("Message", "") or str(error)
    tried = doing or error.operation_name
    if code in _EXPIRED:
        return OperateError(
            f"The credentials have expired ({code}).",
            next_step="sign in again, then run the command again; what was started goes on in AWS.",
        )
    if code in _NOT_KNOWN:
        return OperateError(
            f"AWS does not accept the credentials ({code}).",
            next_step="check AWS_PROFILE and the clock of this machine.",
        )
    if code in _DENIED:
        return OperateError(
            f"Not allowed: {tried}. {reason}",
            next_step="ask for the actions of operate/actions.py, which this command needs.",
            code=ExitCode.FAILED,
        )
    if code in _THROTTLED:
        return OperateError(
            f"AWS throttles {error.operation_name}, after several tries: {reason}",
            next_step="wait a minute and run the command again.",
            code=ExitCode.FAILED,
        )
    return OperateError(f"AWS refused to {tried}: {reason} ({code})", code=ExitCode.FAILED)
