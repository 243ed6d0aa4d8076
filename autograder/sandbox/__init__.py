"""Where submissions run: limits, bubblewrap, the warm kernel and the line to each of its forks."""
