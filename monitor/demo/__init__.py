"""A small local site that imitates the real sources, with wholly invented content."""
