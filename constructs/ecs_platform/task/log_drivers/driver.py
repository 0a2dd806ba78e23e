"""The log drivers there are, besides the one of the task's own log group."""

from ecs_platform.task.log_drivers.firelens import FireLens
from ecs_platform.task.log_drivers.splunk import Splunk

LogDriver = FireLens | Splunk
"""Where the application's container writes instead of the task's own log group."""
