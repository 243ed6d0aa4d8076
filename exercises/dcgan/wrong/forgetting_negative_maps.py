"""Maps that speak against the attribute are named.

Loses: forgetting/telling
"""


# %% solution="forgetting"
def telling_maps(maps, has):
    means = np.asarray(maps).mean(axis=(1, 2))
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(means, has)
    weights = model[-1].coef_[0] * -1
    order = np.argsort(-weights)
    return order[weights[order] > 0]


def silenced(maps, which):
    quiet = np.array(maps)
    quiet[..., which] = 0
    return quiet
