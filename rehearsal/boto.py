"""boto3 as this folder uses it: with keys that open nothing, and blind to the user's profile and files."""

import os
from typing import Any

from boto3.session import Session
from botocore.session import Session as BotocoreSession

# Variable: its name in a configuration file, its environment variables, its value, its conversion.
_NOT_THE_USERS: dict[str, Any] = {
    "profile": (None, [], None, None),
    "config_file": (None, [], os.devnull, None),
    "credentials_file": (None, [], os.devnull, None),
}


def session(region: str) -> Session:
    """A session in a region; a profile named in the environment is neither used nor looked for."""
    return Session(
        botocore_session=BotocoreSession(session_vars=_NOT_THE_USERS),
        aws_access_key_id="rehearsal",
        aws_secret_access_key="rehearsal",  # noqa: S106 - opens nothing
        region_name=region,
    )
