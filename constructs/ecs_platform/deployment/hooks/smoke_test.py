"""The smoke test of a service as a value."""

import re
from dataclasses import dataclass

from ecs_platform.problem import ConfigurationError

# Lambda ends a function after 15 minutes; two of them are for the last request and the answer.
LONGEST_SECONDS = 780
# RFC 3986: what a path and a query are made of. Python's http.client refuses spaces and controls anyway.
_PATH = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*")


@dataclass(frozen=True, kw_only=True)
class SmokeTest:
    """One GET to each new task, before users reach it; the deployment goes back where one answers wrongly.

    Args:
        path: What is asked for, with a query if need be: `/health?deep=1`. It is asked of the task itself and
            not through the load balancer, so host and path conditions play no part.
        status: The answer that passes, 200 to 599; redirects are not followed, so that 301 is one. 200 by
            default.
        timeout_seconds: For how long it tries again, until all tasks answer right, 10 to 780. 300 by default:
            a function in a VPC that was idle for weeks takes minutes to get its network interfaces back.

    Raises:
        ConfigurationError: A path that is none, a status that no answer has, a time that is out of range.

    https://docs.aws.amazon.com/lambda/latest/dg/foundation-networking.html
    """

    path: str
    status: int = 200
    timeout_seconds: int = 300

    def __post_init__(self) -> None:
        if not _PATH.fullmatch(self.path):
            raise ConfigurationError(
                f"The smoke test would ask for {self.path!r}.",
                allowed="a path that begins with /, a query if need be, in the characters of a URL; "
                "others as %XX.",
                where="SmokeTest(path=...)",
            )
        for name, low, high in (("status", 200, 599), ("timeout_seconds", 10, LONGEST_SECONDS)):
            value: int = getattr(self, name)
            if not low <= value <= high:
                raise ConfigurationError(
                    f"{name} is {value}.", allowed=f"{low} to {high}.", where=f"SmokeTest({name}=...)"
                )
