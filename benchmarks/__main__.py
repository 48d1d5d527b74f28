"""`python -m benchmarks [name]...` prints the figures of those named, or of all."""

from __future__ import annotations

import sys

from benchmarks import classifying, grouping, polling, reports

BENCHMARKS = {
    "polling": polling.main,
    "reports": reports.main,
    "classifying": classifying.main,
    "grouping": grouping.main,
}


def main(names: list[str]) -> None:
    if unknown := sorted(set(names).difference(BENCHMARKS)):
        sys.exit(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
