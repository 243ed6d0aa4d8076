"""Wrong answers to `binarise`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "grey",
        "Scales the bytes and calls grey pixels binary.",
        loses="drawn",
        replace="random.uniform(size=images.shape) < images",
        by="images",
    ),
    Wrong(
        "integers",
        "Integers in place of float32.",
        loses="probabilities",
        replace="np.float32",
        by="int",
    ),
    Wrong(
        "noise_on_rounded",
        "Adds noise to the grey and rounds: the probabilities are those of a normal distribution.",
        loses="probabilities",
        replace="random.uniform(size=images.shape) < images / 255",
        by="images / 255 + 0.3 * random.normal(size=images.shape) > 0.5",
    ),
    Wrong(
        "one_draw_for_each_image",
        "Draws one number for each image in place of one for each pixel.",
        loses="drawn",
        replace="images.shape",
        by="(len(images), 1, 1)",
    ),
    Wrong(
        "own_generator",
        "Makes a generator of its own, always with the same seed.",
        loses="drawn",
        replace="random.",
        by="np.random.default_rng(0).",
    ),
    Wrong(
        "own_generator_without_seed",
        "Makes a generator of its own, so that no two runs see the same data.",
        loses="drawn",
        replace="random.",
        by="np.random.default_rng().",
    ),
    Wrong(
        "pairs",
        "Two images share their draws.",
        loses="drawn",
        replace="return (random.uniform(size=images.shape) < images / 255).astype(np.float32)  # (n, height, width)",
        by="""
            draws = random.uniform(size=((len(images) + 1) // 2, *images.shape[1:]))
            return (np.concatenate([draws, draws])[: len(images)] < images / 255).astype(np.float32)
        """,
    ),
    Wrong(
        "paper_for_ink",
        "Takes the probability of ink for that of paper.",
        loses="probabilities",
        replace="(random.uniform(size=images.shape) < images / 255).astype(np.float32)",
        by="(random.uniform(size=images.shape) > images / 255).astype(np.float32)",
    ),
    Wrong(
        "rounded",
        "Rounds, so that a pixel is always the same.",
        loses="probabilities",
        replace="random.uniform(size=images.shape) < images / 255",
        by="images > 127",
    ),
]
