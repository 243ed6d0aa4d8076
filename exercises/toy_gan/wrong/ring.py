"""Wrong answers to `ring`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "centres_in_blocks",
        "No point chooses: the first so many get the first centre, and so on.",
        loses="modes",
        replace="random.integers(modes, size=n)",
        by="(np.arange(n) * modes // n)",
    ),
    Wrong(
        "centres_in_turn",
        "No point chooses: the centres come one after the other.",
        loses="modes",
        replace="random.integers(modes, size=n)",
        by="(np.arange(n) % modes)",
    ),
    Wrong(
        "equal_shares",
        "Gives every mode the same number of points, in random order.",
        loses="modes",
        replace="integers(modes, size=n)",
        by="permutation(np.arange(n) % modes)",
    ),
    Wrong(
        "half_a_circle",
        "The angles go to pi only.",
        loses="modes, spread, distribution",
        replace="angles = 2 *",
        by="angles =",
    ),
    Wrong(
        "last_mode_left_out",
        "The upper end is taken for inclusive.",
        loses="modes, distribution",
        replace="modes, size",
        by="0, modes - 1, size",
    ),
    Wrong(
        "noise_uniform",
        "Uniform noise around the centres.",
        loses="spread",
        replace="normal(size=(n, 2))",
        by="uniform(-1, 1, size=(n, 2))",
    ),
    Wrong(
        "noise_uniform_with_the_std",
        "Uniform noise around the centres, of the right standard deviation.",
        loses="spread",
        replace="return centres + std * random.normal(size=(n, 2))  # (n, 2)",
        by="""
            width = np.sqrt(3) * std
            return centres + random.uniform(-width, width, size=(n, 2))
        """,
    ),
    Wrong(
        "of_numpys_own",
        "Draws with NumPy's global generator.",
        loses="generator",
        replace="angles = 2 * np.pi * random.integers(modes, size=n) / modes  # (n,)",
        by="""
            random = np.random
            angles = 2 * np.pi * random.randint(modes, size=n) / modes
        """,
    ),
    Wrong(
        "one_mode_for_the_batch",
        "Chooses one centre for all points.",
        loses="modes, distribution",
        replace="2 * np.pi * random.integers(modes, size=n) / modes",
        by="np.full(n, 2 * np.pi * random.integers(modes) / modes)",
    ),
    Wrong(
        "same_noise_in_both_coordinates",
        "Adds the same noise to both coordinates.",
        loses="spread",
        replace="(size=(n, 2))",
        by="(size=(n, 1))",
    ),
    Wrong(
        "variance_for_std",
        "Takes the standard deviation for a variance, by squaring it.",
        loses="spread",
        replace="+ std",
        by="+ std**2",
    ),
]
