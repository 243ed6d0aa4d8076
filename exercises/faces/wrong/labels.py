"""Wrong answers to `labels`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "all_or_none",
        "Flips the whole batch or nothing.",
        loses="flip",
        replace="random.uniform(size=labels.shape) < share",
        by="np.full(labels.shape, random.uniform() < share)",
    ),
    Wrong(
        "always_so_many",
        "Flips the labels at the beginning of the batch.",
        loses="flip",
        replace="turned = random.uniform(size=labels.shape) < share  # (n, 1)",
        by="turned = (np.arange(len(labels)) < share * len(labels))[:, None]  # (n, 1)",
    ),
    Wrong(
        "both_ways",
        "Moves labels beyond 0 and 1 too.",
        loses="soften",
        replace="amount * random.uniform(size=labels.shape)",
        by="random.uniform(-amount, amount, size=labels.shape)",
    ),
    Wrong(
        "even_amounts",
        "Spreads the amounts evenly over the batch, in random order.",
        loses="soften",
        replace="moved = amount * random.uniform(size=labels.shape)  # (n, 1)",
        by="moved = amount * random.permutation(np.linspace(0, 1, len(labels)))[:, None]  # (n, 1)",
    ),
    Wrong(
        "exact_share",
        "Flips exactly this share of every batch, at random places.",
        loses="flip",
        replace="turned = random.uniform(size=labels.shape) < share  # (n, 1)",
        by="""
            turned = np.zeros(labels.shape, bool)  # (n, 1)
            turned[random.choice(len(labels), int(round(share * len(labels))), replace=False)] = True
        """,
    ),
    Wrong(
        "hardened_when_flipped",
        "Flips soft labels to hard ones.",
        loses="flip",
        replace="1 - labels",
        by="labels < 0.5",
    ),
    Wrong(
        "in_place",
        "Changes the labels that were passed in.",
        loses="generator",
        replace="return np.where(labels > 0.5, 1 - moved, moved).astype(np.float32)",
        by="""
            labels[:] = np.where(labels > 0.5, 1 - moved, moved)
            return labels.astype(np.float32)
        """,
    ),
    Wrong(
        "kept_for_flipped",
        "Takes the probability for that of being kept.",
        loses="flip",
        replace="(size=labels.shape) < share",
        by="(size=labels.shape) > share",
    ),
    Wrong(
        "normal_noise",
        "Moves labels by normal noise.",
        loses="soften",
        replace="* random.uniform(size=labels.shape)",
        by="/ 3 * np.abs(random.normal(size=labels.shape))",
    ),
    Wrong(
        "not_random",
        "Moves every label by the whole amount.",
        loses="soften",
        replace="amount * random.uniform(size=labels.shape)",
        by="np.full(labels.shape, amount)",
    ),
    Wrong(
        "one_amount_for_all",
        "Moves all labels by the same random amount.",
        loses="soften",
        replace="* random.uniform(size=labels.shape)",
        by="* random.uniform()",
    ),
    Wrong(
        "one_sided",
        "Softens the ones only.",
        loses="soften",
        replace="moved).astype(",
        by="labels).astype(",
    ),
    Wrong(
        "ones_only",
        "Never flips a zero.",
        loses="flip",
        replace="random.uniform(size=labels.shape) < share",
        by="(random.uniform(size=labels.shape) < share) & (labels == 1)",
    ),
    Wrong(
        "own_generator",
        "Draws from a generator of its own.",
        loses="generator",
        replace="random.uniform(",
        by="np.random.default_rng().uniform(",
        times=2,
    ),
    Wrong(
        "redrawn",
        "A label that should be flipped is drawn anew.",
        loses="flip",
        replace="1 - labels",
        by="random.integers(2, size=labels.shape)",
    ),
    Wrong(
        "towards_zero",
        "Moves ones and zeros around one half, not from their own end.",
        loses="soften",
        replace="moved, moved",
        by="amount + moved / 2, amount - moved / 2",
    ),
]
