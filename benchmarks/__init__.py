"""What the monitor costs in time and memory. Run by `make bench`; nothing here is part of the program."""
