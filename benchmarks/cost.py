"""What a poll costs the process that makes it and the children of that process, from inside."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True, kw_only=True)
class Cost:
    """Of one poll. CPU is that of the process and its children together; what is done once stands apart."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    start_s: float = 0.0  # CPU of starting the children that read documents: once in the life of a service
    new: int = 0  # items
    classify_s: float = 0.0  # CPU of understanding the new items
    peak_mb: float = 0.0  # resident memory of the process itself, at its most
    tree_mb: float = 0.0  # of it and its children after the poll; pages they share are counted once

    @contextmanager
    def of_poll(self) -> Iterator[None]:
        """Takes the block's time for the poll's."""
        began_s, used_s = time.perf_counter(), cpu_s()
        yield
        self.wall_s, self.cpu_s = time.perf_counter() - began_s, cpu_s() - used_s


def cpu_s() -> float:
    """User and system time so far of this process and its children, those alive and those gone."""
    rusages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    gone_s = sum(rusage.ru_utime + rusage.ru_stime for rusage in rusages)
    return gone_s + sum(_child_cpu_s(child.pid) for child in multiprocessing.active_children())


def _child_cpu_s(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime, stime: proc(5)


def peak_mb() -> float:
    """Not ru_maxrss: that begins with what the parent had when it started this process."""
    return _memory_mb("self", "status", "VmHWM")


def tree_mb() -> float:
    pids = [child.pid for child in multiprocessing.active_children()]
    return sum(_memory_mb(pid, "smaps_rollup", "Pss") for pid in ("self", *pids))


def _memory_mb(pid: int | str | None, file: str, name: str) -> float:
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024 / 1e6
