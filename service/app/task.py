"""Which ECS task this process runs in, as far as a caller should know."""

import contextlib
import http.client
import json
import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

logger = logging.getLogger(__name__)


def read_task(environment: Mapping[str, str]) -> dict[str, str] | None:
    """Ask the task metadata endpoint once; None outside ECS, or where it does not answer in a second.

    Shown are the task's id, definition and zone: enough to see which revision answers during a release. The
    ARN is not shown, for it holds the account number.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
    """
    uri = environment.get("ECS_CONTAINER_METADATA_URI_V4")
    if not uri:
        return None
    try:
        address = urlsplit(uri)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=1)
        with contextlib.closing(connection):
            connection.request("GET", f"{address.path}/task")
            answer = connection.getresponse()
            if answer.status != 200:
                raise ValueError(f"HTTP {answer.status}")
            task = json.loads(answer.read())
        return {
            "id": task["TaskARN"].rpartition("/")[2],
            "definition": f"{task['Family']}:{task['Revision']}",
            "zone": task["AvailabilityZone"],
        }
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError) as error:
        # Knowing the task is a courtesy; a service must not stay down for want of it.
        logger.warning("the task metadata endpoint gave no answer to use: %r", error)
        return None
