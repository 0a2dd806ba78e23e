"""Where an application's output goes, when that is not the task's own log group alone."""
