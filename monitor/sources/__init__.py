"""Where items come from: fetching, reading, and the timing of both."""
