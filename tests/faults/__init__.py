"""What must hold whatever breaks: faults are injected into real processes, and one oracle looks at what is left.

docs/reliability.md lists the faults and where each is tested. `make faults` runs the long form.
"""

import os

# `make test` takes the quick form. FAULT_ROUNDS=20 kills and restarts twenty times as often: some minutes.
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
