"""Values are made of what is stored, by however many threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from monitor.model import Classification
from monitor.model.plain import value_of

# A fresh process meets every class for the first time, in four threads that change places all the time.
FIRST_MET = """
import sys, threading
from dataclasses import make_dataclass
from monitor.model.plain import value_of

sys.setswitchinterval(1e-6)
for number in range(300):
    inner = make_dataclass(f"Inner{number}", [("text", str), ("start", int)])
    outer = make_dataclass(f"Outer{number}", [("many", list[inner]), ("one", inner), ("name", str | None, None)])
    together = threading.Barrier(4)
    data = {"many": [{"text": "a", "start": 1}], "one": {"text": "b", "start": 2}}

    def meet():
        together.wait()
        value_of(data, outer)

    threads = [threading.Thread(target=meet) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print("alive")
"""


def test_threads_that_meet_a_kind_of_value_at_the_same_time_do_not_end_the_process():
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", FIRST_MET], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_what_is_no_such_value_is_refused():
    with pytest.raises(msgspec.ValidationError):
        value_of({"relevant": "perhaps"}, Classification)
