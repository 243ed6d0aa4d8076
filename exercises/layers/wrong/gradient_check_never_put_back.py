"""The last entry stays where it was moved to.

Loses: gradient_check/put back
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
        gradients.append(slopes)
    return gradients


def relative_error(first, second):
    a, b = (np.concatenate([np.ravel(each) for each in gradients]) for gradients in (first, second))
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0
