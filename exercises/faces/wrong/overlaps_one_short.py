"""Leaves out the last input.

Loses: overlaps/overlapping
"""

# %% solution="overlaps"
def overlaps(inputs, kernel, stride):
    """How many inputs reach each output of a transposed convolution: integers (stride * (inputs - 1) + kernel,)."""
    counts = np.zeros(stride * (inputs - 1) + kernel, dtype=int)
    for i in range(inputs - 1):
        counts[stride * i : stride * i + kernel] += 1
    return counts
