"""A month of the service between far ends that misbehave, killed again and again: is every owed item received?

    world.py        what is published, who subscribes, and what therefore belongs to whom
    clock.py        simulated time
    child.py        the service, in processes that can be started in an instant
    month.py        lets time pass, publishes, kills and starts again
    account.py      what was received, held against what was owed

The servers around it are those of the tests; tests/unreliable.py makes them unreliable.
"""

from __future__ import annotations

import sys
from pathlib import Path

for room in ("tests", "tests/features"):
    sys.path.append(str(Path(__file__).parents[2] / room))
