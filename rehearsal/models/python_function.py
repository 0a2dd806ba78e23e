"""Running a Lambda function's stored code: a fresh module, its environment, moto behind its boto3."""

import importlib.util
import io
import logging
import os
import sys
import tempfile
import threading
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
from boto3.session import Session
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaBackend

from rehearsal import boto
from rehearsal.models.resource import Properties, RefusedError
from rehearsal.models.task_network import reachable_tasks

# Environment and import path belong to the process: one function at a time, but for those it invokes itself.
_one_at_a_time = threading.RLock()


class Context:
    """The context object of an invocation: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html.

    Args:
        name: The function's name.
        arn: The function's ARN.
    """

    def __init__(self, name: str, arn: str) -> None:
        self.function_name = name
        self.function_version = "$LATEST"
        self.invoked_function_arn = arn
        self.memory_limit_in_mb = "128"
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{name}"
        self.log_stream_name = f"rehearsal/{self.aws_request_id}"

    def get_remaining_time_in_millis(self) -> int:
        """A minute, whenever asked."""
        return 60_000


class StoredFunction:
    """A function as moto stores it.

    Args:
        stored: moto's object.
    """

    def __init__(self, stored: Any) -> None:
        self._stored = stored
        self.name: str = stored.function_name
        self.runtime: str = stored.run_time or ""

    @classmethod
    def find(cls, backend: LambdaBackend, arn: str) -> "StoredFunction | None":
        """The function of this ARN, or None where there is none."""
        try:
            return cls(backend.get_function(arn))
        except UnknownFunctionException:
            return None

    def call(self, event: Properties) -> Any:
        """Invoke the handler.

        Raises:
            RefusedError: It raised; Lambda would retry and CloudFormation wait for its answer.
        """
        with _one_at_a_time, tempfile.TemporaryDirectory(prefix="rehearsal-function-") as folder:
            with zipfile.ZipFile(io.BytesIO(self._stored.code_bytes)) as archive:
                archive.extractall(folder)
            with self._environment(), self._network(), _import_path(folder):
                return self._invoke(Path(folder), event)

    def _network(self) -> AbstractContextManager[None]:
        stored = self._stored
        return reachable_tasks(stored.account_id, stored.region) if stored.vpc_config else nullcontext()

    def _invoke(self, folder: Path, event: Properties) -> Any:
        module_name, _, handler_name = self._stored.handler.rpartition(".")
        try:
            module = _load(folder / f"{module_name.replace('.', '/')}.py")
            return getattr(module, handler_name)(event, Context(self.name, self._stored.function_arn))
        except Exception as error:
            raise RefusedError(f"The function {self.name} raised {type(error).__name__}: {error}") from error

    @contextmanager
    def _environment(self) -> Iterator[None]:
        before = dict(os.environ)
        level = logging.getLogger().level
        # A profile or an endpoint of the user's would send its calls somewhere else than to moto.
        for name in [name for name in before if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(
            {
                "AWS_ACCESS_KEY_ID": "rehearsal",
                "AWS_SECRET_ACCESS_KEY": "rehearsal",
                "AWS_REGION": self._stored.region,
                "AWS_DEFAULT_REGION": self._stored.region,
                "AWS_LAMBDA_FUNCTION_NAME": self.name,
                # The answer goes to the loopback interface, past any proxy of this machine.
                "NO_PROXY": "127.0.0.1",
                "no_proxy": "127.0.0.1",
                **{name: str(value) for name, value in (self._stored.environment_vars or {}).items()},
            }
        )
        session, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, _session(self._stored.region)
        try:
            yield
        finally:
            boto3.DEFAULT_SESSION = session
            logging.getLogger().setLevel(level)
            os.environ.clear()
            os.environ.update(before)


@cache
def _session(region: str) -> Session:
    """The default session of functions: kept, because a new one reads every service's description again."""
    return boto.session(region)


def _load(path: Path) -> ModuleType:
    """Import a file as a module nobody else has: its state lasts for one invocation, as in a cold start."""
    spec = importlib.util.spec_from_file_location(f"_rehearsed_{uuid.uuid4().hex}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module at {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def _import_path(folder: str) -> Iterator[None]:
    """Let the function's files import each other, and forget them afterwards."""
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(folder):
                del sys.modules[name]
