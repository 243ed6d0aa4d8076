"""Rows of each map are silenced.

Loses: forgetting/silenced
"""


# %% solution="forgetting"
def telling_maps(maps, has):
    means = np.asarray(maps).mean(axis=(1, 2))
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(means, has)
    weights = model[-1].coef_[0]
    order = np.argsort(-weights)
    return order[weights[order] > 0]


def silenced(maps, which):
    quiet = np.array(maps)
    quiet[:, [k % quiet.shape[1] for k in which]] = 0
    return quiet
