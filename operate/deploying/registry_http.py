"""HTTP to a container registry: the login it asks for, another try where that does no harm, errors in words.

https://distribution.github.io/distribution/spec/auth/token/
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError

from operate.problem import ExitCode, OperateError

_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
# What may be asked again without harm is, with growing pauses.
_RETRY = urllib3.Retry(
    total=4, backoff_factor=0.5, status_forcelist=[429, 500, 502, 503, 504], raise_on_status=False
)
_TIMEOUT = urllib3.Timeout(connect=10, read=60)


class RegistryError(OperateError):
    """A registry refused or did not answer.

    Args:
        problem: What happened.
        status: The HTTP status. None where there was no answer.
    """

    def __init__(self, problem: str, *, status: int | None = None) -> None:
        self.status = status
        super().__init__(problem, code=ExitCode.FAILED)


class RegistryHttp:
    """Requests about one repository.

    Args:
        url: Where the registry answers.
        repository: The repository.
        login: User and password. None where everybody may read.
    """

    def __init__(self, url: str, repository: str, login: tuple[str, str] | None) -> None:
        self.url = url.rstrip("/")
        self._repository = repository
        self._login = login
        self._authorization: str | None = _basic(*login) if login else None
        self._pool = _pool(self.url)

    @property
    def host(self) -> str:
        """The registry's name."""
        return urlsplit(self.url).netloc

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterator[bytes] | None = None,
        stream: bool = False,
        expected: tuple[int, ...] = (HTTPStatus.OK,),
    ) -> urllib3.BaseHTTPResponse:
        """One request, with a login where the registry asks for one.

        Args:
            method: `GET` and so on.
            path: The path, or a whole address that the registry gave.
            headers: Besides the login.
            body: What is sent. An iterator is sent once and never again.
            stream: Whether the caller reads the answer piece by piece.
            expected: The statuses that are an answer.

        Raises:
            RegistryError: Any other status, or no answer.
        """
        answer = self._send(method, path, headers or {}, body, stream=stream)
        if answer.status == HTTPStatus.UNAUTHORIZED and not isinstance(body, Iterator):
            self._authorization = self._authorized_by(answer.headers.get("WWW-Authenticate", ""))
            answer.release_conn()
            answer = self._send(method, path, headers or {}, body, stream=stream)
        if answer.status not in expected:
            raise self._refusal(answer)
        return answer

    def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | Iterator[bytes] | None,
        *,
        stream: bool,
    ) -> urllib3.BaseHTTPResponse:
        url = path if path.startswith("http") else self.url + path
        # Only the registry itself gets the login: layers and uploads may lie elsewhere.
        own = urlsplit(url).netloc == self.host
        authorization = {"Authorization": self._authorization} if self._authorization and own else {}
        try:
            return self._pool.request(
                method,
                url,
                headers={**headers, **authorization},
                body=body,
                preload_content=not stream,
                retries=False if isinstance(body, Iterator) else _RETRY,
                timeout=_TIMEOUT,
            )
        except HTTPError as error:
            raise RegistryError(f"{self.host} did not answer: {error}") from error

    def _authorized_by(self, challenge: str) -> str | None:
        """https://distribution.github.io/distribution/spec/auth/token/."""
        kind, _, rest = challenge.partition(" ")
        asked = dict(_PARAMETER.findall(rest))
        if kind.lower() != "bearer" or "realm" not in asked:
            return None
        scope = asked.get("scope") or f"repository:{self._repository}:pull"
        words = {"service": asked["service"]} if "service" in asked else {}
        url = f"{asked['realm']}?{urlencode({**words, 'scope': scope})}"
        headers = {"Authorization": _basic(*self._login)} if self._login else {}
        try:
            answer = self._pool.request("GET", url, headers=headers, retries=_RETRY, timeout=_TIMEOUT)
        except HTTPError as error:
            raise RegistryError(f"{urlsplit(url).netloc} gave no token: {error}") from error
        if answer.status != HTTPStatus.OK:
            raise self._refusal(answer)
        token = json.loads(answer.data)
        return f"Bearer {token.get('token') or token.get('access_token')}"

    def _refusal(self, answer: urllib3.BaseHTTPResponse) -> RegistryError:
        try:
            errors = json.loads(answer.data or b"{}").get("errors", [])
            reason = "; ".join(f"{each.get('code')}: {each.get('message')}" for each in errors)
        except ValueError:
            reason = ""
        finally:
            answer.release_conn()
        says = f"{answer.status} {answer.reason or ''}".strip()
        return RegistryError(
            f"{self.host} refused {self._repository}: {says}{f' ({reason})' if reason else ''}.",
            status=answer.status,
        )


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _pool(url: str) -> urllib3.PoolManager:
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if proxy is None or proxy_bypass(parts.hostname or ""):
        return urllib3.PoolManager()
    return urllib3.ProxyManager(proxy)
