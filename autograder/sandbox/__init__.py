"""Where submissions run: limits, bubblewrap, the warm kernel and the socket to each of its forks."""
