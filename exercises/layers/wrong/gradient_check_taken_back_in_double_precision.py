"""The step is taken back by arithmetic, in double precision.

Loses: gradient_check/put back
"""

# %% solution="gradient_check"
def numerical_gradients(loss_fn, variables, step=1e-2):
    """Central differences of the scalar `loss_fn()`: for each variable an array of its shape. Leaves all as it was."""
    gradients = []
    for variable in variables:
        start = ops.convert_to_numpy(variable).copy()  # the variable's shape, as `slopes`
        slopes = np.zeros_like(start)
        for place in np.ndindex(start.shape):
            here = np.zeros(start.shape)  # float64
            here[place] = step
            losses = []
            for direction in (+here, -here):
                variable.assign(ops.convert_to_numpy(variable) + direction)
                losses.append(float(loss_fn()))
                variable.assign(ops.convert_to_numpy(variable) - direction)
            slopes[place] = (losses[0] - losses[1]) / (2 * step)
        gradients.append(slopes)
    return gradients


def relative_error(first, second):
    """How far apart two lists of gradients are, from 0 (equal) to 1: norm of the difference over the sum of norms."""
    a, b = (np.concatenate([np.ravel(each) for each in gradients]) for gradients in (first, second))  # (entries,)
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0
