"""The order of a network and of what starts tasks in it, where both are in one stack."""

from constructs import Construct

from ecs_platform.network.interface import INetwork
from ecs_platform.place import stack_of


def wait_for_ways_out(network: INetwork, starter: Construct) -> None:
    """Let what starts tasks come after what they reach AWS through, and go before it.

    In one stack CloudFormation would make both at once: tasks fail to pull their images while the endpoints
    come up, which a circuit breaker takes for a fault of theirs; and when the stack goes, an agent that is
    cut off stops no task. Another stack is deployed before and deleted after anyway.

    Args:
        network: Where the tasks run.
        starter: A service, or instances.
    """
    if network.ways_out and stack_of(network.ways_out[0]) is stack_of(starter):
        starter.node.add_dependency(*network.ways_out)
