"""Counts as if the inputs had no end.

Loses: overlaps/overlapping
"""

# %% solution="overlaps"
def overlaps(inputs, kernel, stride):
    """How many inputs reach each output of a transposed convolution: integers (stride * (inputs - 1) + kernel,)."""
    counts = np.zeros(stride * (inputs - 1) + kernel, dtype=int)
    for i in range(-kernel, inputs + kernel):
        counts[max(stride * i, 0) : max(stride * i + kernel, 0)] += 1
    return counts
