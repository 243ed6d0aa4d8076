"""The brightest pixel of every map is taken in the place of its mean.

Loses: forgetting/telling
"""


# %% solution="forgetting"
def telling_maps(maps, has):
    brightest = np.asarray(maps).max(axis=(1, 2))
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(brightest, has)
    weights = model[-1].coef_[0]
    order = np.argsort(-weights)
    return order[weights[order] > 0]


def silenced(maps, which):
    quiet = np.array(maps)
    quiet[..., which] = 0
    return quiet
