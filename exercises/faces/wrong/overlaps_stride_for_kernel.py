"""Takes kernel and stride for one another.

Loses: overlaps/overlapping
"""

# %% solution="overlaps"
def overlaps(inputs, kernel, stride):
    """How many inputs reach each output of a transposed convolution: integers (stride * (inputs - 1) + kernel,)."""
    counts = np.zeros(stride * (inputs - 1) + kernel, dtype=int)
    for i in range(inputs):
        counts[kernel * i : kernel * i + stride] += 1
    return counts
