"""The one table: what CloudFormation needs for each type of resource that the templates hold.

From the handlers of CloudFormation's own schemas, less what these templates have no use for; a test names
that and compares both. https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from collections.abc import Mapping

from operate.deploying.permissions.access import ACCESS
from operate.deploying.permissions.containers import CONTAINERS
from operate.deploying.permissions.jobs import JOBS
from operate.deploying.permissions.messages import MESSAGES
from operate.deploying.permissions.network import NETWORK
from operate.deploying.permissions.scopes import Needs

PARTS: Mapping[str, Mapping[str, Needs]] = {
    "network": NETWORK,
    "containers": CONTAINERS,
    # Where there is room: a part more would be one more policy to attach.
    "access": {**ACCESS, **JOBS, **MESSAGES},
}
"""By the policy that holds them: a managed policy takes 6,144 characters."""
