"""The mean of one relative error for each variable.

Loses: gradient_check/relative error
"""

# %% solution="gradient_check"
def numerical_gradients(loss_fn, variables, step=1e-2):
    gradients = []
    for variable in variables:
        start = ops.convert_to_numpy(variable).copy()
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
    errors = []
    for a, b in zip(first, second):
        size = np.linalg.norm(a) + np.linalg.norm(b)
        errors.append(np.linalg.norm(a - b) / size if size > 0 else 0.0)
    return float(np.mean(errors))
