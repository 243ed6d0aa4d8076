"""Wrong answers to `forgetting`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "all_maps",
        "All maps are named, whatever the sign of their weight.",
        loses="telling",
        replace="return order[weights[order] > 0]",
        by="return order",
    ),
    Wrong(
        "brightest_pixel",
        "The brightest pixel of every map is taken in the place of its mean.",
        loses="telling",
        edits=[
            ("means = np.asarray(maps).mean", "brightest = np.asarray(maps).max"),
            ("means,", "brightest,"),
        ],
    ),
    Wrong(
        "difference_of_means",
        "Maps are compared by the means with and without the attribute, each by itself.",
        loses="telling",
        replace="""
            model = make_pipeline(StandardScaler(), LogisticRegression()).fit(means, has)
            weights = model[-1].coef_[0]  # (f,)
        """,
        by="""
            means = (means - means.mean(axis=0)) / means.std(axis=0)
            weights = means[has].mean(axis=0) - means[~has].mean(axis=0)
        """,
    ),
    Wrong(
        "in_place",
        "The caller's maps are changed.",
        loses="copy",
        replace="np.array(maps)",
        by="maps",
    ),
    Wrong(
        "negative_maps",
        "Maps that speak against the attribute are named.",
        loses="telling",
        replace="coef_[0]",
        by="coef_[0] * -1",
    ),
    Wrong(
        "not_standardised",
        "The means are not standardised.",
        loses="telling",
        replace="StandardScaler(), LogisticRegression()",
        by="LogisticRegression(max_iter=5000)",
    ),
    Wrong(
        "others_silenced",
        "All other maps are silenced.",
        loses="silenced",
        replace="quiet[..., indices] = 0",
        by="""
            quiet = np.zeros_like(maps)
            quiet[..., indices] = maps[..., indices]
        """,
    ),
    Wrong(
        "rows_silenced",
        "Rows of each map are silenced.",
        loses="silenced",
        replace="quiet[..., indices] = 0",
        by="quiet[:, [k % quiet.shape[1] for k in indices]] = 0",
    ),
    Wrong(
        "unsorted",
        "The maps come in the order of their indices.",
        loses="telling",
        replace="""
            order = np.argsort(-weights)
            return order[weights[order] > 0]
        """,
        by="return np.flatnonzero(weights > 0)",
    ),
    Wrong(
        "weakest_first",
        "The weakest map comes first.",
        loses="telling",
        replace="-weights",
        by="weights",
    ),
]
