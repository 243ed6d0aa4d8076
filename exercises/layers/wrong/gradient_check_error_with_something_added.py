"""Something is added to the divisor, which is more than small gradients are.

Loses: gradient_check/relative error
"""

# %% solution="gradient_check"
def numerical_gradients(loss_fn, variables, step=1e-2):
    """Central differences of the scalar `loss_fn()`: for each variable an array of its shape. Leaves all as it was."""
    gradients = []
    for variable in variables:
        start = ops.convert_to_numpy(variable).copy()  # the variable's shape, as `slopes`
        slopes = np.zeros_like(start)
        for place in np.ndindex(start.shape):
            losses = []
            for direction in (+step, -step):
                moved = start.copy()
                moved[place] += direction
                variable.assign(moved)
                losses.append(float(loss_fn()))
            slopes[place] = (losses[0] - losses[1]) / (2 * step)
        variable.assign(start)
        gradients.append(slopes)
    return gradients


def relative_error(first, second):
    """How far apart two lists of gradients are, from 0 (equal) to 1: norm of the difference over the sum of norms."""
    a, b = (np.concatenate([np.ravel(each) for each in gradients]) for gradients in (first, second))  # (entries,)
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / (size + 1e-8))
