"""`python -m operate`."""

import sys

from operate.problem import ExitCode

try:
    from operate.cli import main

    sys.exit(main())
except KeyboardInterrupt:
    # While Python still loads: the commands say themselves what goes on without them.
    sys.exit(ExitCode.INTERRUPTED)
