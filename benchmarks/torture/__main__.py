"""`python -m benchmarks.torture [--seed N] [--days N] …` prints the account of a month; 1 when it does not balance."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks.torture import account, month


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="of what is published and what goes wrong")
    for name in ("days", "items", "reports", "kills"):
        parser.add_argument(f"--{name}", type=int, default=month.Plan.__dataclass_fields__[name].default)
    parser.add_argument("--step-minutes", type=float, default=month.Plan(seed=0).step / timedelta(minutes=1))
    parser.add_argument("--keep", type=Path, help="an empty directory for configuration, state and log")
    asked = vars(parser.parse_args())
    keep, step = asked.pop("keep"), timedelta(minutes=asked.pop("step_minutes"))
    if asked["seed"] is None:
        asked["seed"] = random.SystemRandom().randrange(10_000)
    with tempfile.TemporaryDirectory() as directory:
        outcome = month.ran(month.Plan(**asked, step=step), keep or Path(directory))
        drawn_up = account.drawn_up(outcome)
    print(account.printed(outcome, drawn_up))
    sys.exit(not drawn_up.balances)


if __name__ == "__main__":
    main()
