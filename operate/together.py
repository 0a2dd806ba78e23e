"""Several questions to AWS at once: each takes a round trip, and none waits for another."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Answer = TypeVar("_Answer")

# botocore keeps ten connections a client; more threads would only wait for one.
_THREADS = 10


def together(questions: Sequence[Callable[[], _Answer]]) -> list[_Answer]:
    """The answers, in the order of the questions.

    Args:
        questions: Each asks with clients made before: making one is not safe in threads, asking is.
            https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients

    Raises:
        Exception: What the first question to fail raised, after all have ended.
    """
    if len(questions) < 2:
        return [ask() for ask in questions]
    with ThreadPoolExecutor(min(len(questions), _THREADS)) as pool:
        asked = [pool.submit(ask) for ask in questions]
    return [each.result() for each in asked]
