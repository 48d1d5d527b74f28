"""`python -m monitor` is `ofsted-monitor`.

Child processes that read documents run the top of this module again before they start: it imports nothing of ours.
"""

import sys


def main() -> None:
    try:
        from monitor.cli import main as command  # noqa: PLC0415 - see above
    except KeyboardInterrupt:  # while the modules load, which takes a moment
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
