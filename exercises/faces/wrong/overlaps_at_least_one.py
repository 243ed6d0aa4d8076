"""Believes that every output is reached.

Loses: overlaps/gaps
"""

# %% solution="overlaps"
def overlaps(inputs, kernel, stride):
    """How many inputs reach each output of a transposed convolution: integers (stride * (inputs - 1) + kernel,)."""
    counts = np.zeros(stride * (inputs - 1) + kernel, dtype=int)
    for i in range(inputs):
        counts[stride * i : stride * i + kernel] += 1
    return np.maximum(counts, 1)
