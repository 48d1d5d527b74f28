"""`python -m monitor` is `ofsted-monitor`.

Child processes that read documents run the top of this module again before they start: it imports nothing.
"""


def main() -> None:
    from monitor.cli import main as command  # noqa: PLC0415 - see above

    command()


if __name__ == "__main__":
    main()
