"""CodeDeploy's errors."""

from moto.core.exceptions import ServiceException


class RefusalError(ServiceException):
    """One of them.

    Args:
        code: Its name in the API.
        message: What is wrong.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
