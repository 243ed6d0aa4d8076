"""Wrong answers to `dropout`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "drops_at_inference",
        "Training or not, numbers are dropped.",
        loses="at inference",
        replace="""
            keep = 1 - self.rate
            if not training:
                return x if self.inverted else keep * x
        """,
        by="keep = 1 - self.rate",
    ),
    Wrong(
        "forms_swapped",
        "Each form is the other one.",
        loses="at inference",
        edits=[
            ("x if self.inverted else keep *", "keep * x if self.inverted else"),
            ("/ keep if self.inverted else x * mask", "if self.inverted else x * mask / keep"),
        ],
    ),
    Wrong(
        "mask_by_numpy",
        "NumPy draws the mask, for which the size of the batch must be known.",
        loses="fresh",
        replace='ops.cast(keras.random.uniform(ops.shape(x), seed=self.random) < keep, "float32")',
        by='(np.random.uniform(size=x.shape) < keep).astype("float32")',
    ),
    Wrong(
        "not_made_up_for",
        "Inverted dropout that only drops.",
        loses="in training",
        replace="return x * mask / keep if self.inverted else x * mask",
        by="return x * mask",
    ),
    Wrong(
        "numpy_seeded",
        "NumPy's generator, which belongs to everybody, is seeded along the way.",
        loses="fresh",
        replace="self.random = keras.random.SeedGenerator(seed)",
        by="""
            self.random = keras.random.SeedGenerator(seed)
            np.random.seed(seed)
        """,
    ),
    Wrong(
        "plain_not_scaled_at_inference",
        "At inference nothing makes up for what was dropped.",
        loses="at inference",
        replace="return x if self.inverted else keep * x",
        by="return x",
    ),
    Wrong(
        "rate_and_rest_swapped",
        "The share that should be dropped is kept.",
        loses="share",
        replace="< keep",
        by="< self.rate",
    ),
    Wrong(
        "same_every_time",
        "A fixed seed in the place of the generator.",
        loses="fresh",
        replace="=self.random",
        by="=1",
    ),
    Wrong(
        "same_for_all_examples",
        "One draw for each feature, whatever the example.",
        loses="fresh",
        replace='(keras.random.uniform(ops.shape(x), seed=self.random) < keep, "float32")',
        by='(keras.random.uniform(ops.shape(x)[1:], seed=self.random) < keep, "float32")',
    ),
    Wrong(
        "same_seed_every_time",
        "Draws from the seed anew at every call, so that the same numbers drop.",
        loses="fresh",
        replace="=self.random",
        by="=self.seed",
    ),
    Wrong(
        "same_when_compiled",
        "Python draws the seed, once for all calls when the layer is compiled.",
        loses="fresh",
        replace="=self.random",
        by="=int(np.random.randint(10**6))",
    ),
    Wrong(
        "seed_ignored",
        "The numbers come from the generator that belongs to everybody, whatever the seed.",
        loses="fresh",
        replace='(keras.random.uniform(ops.shape(x), seed=self.random) < keep, "float32")',
        by='(keras.random.uniform(ops.shape(x)) < keep, "float32")',
    ),
    Wrong(
        "whole_channels_dropped",
        "In maps whole channels are dropped.",
        loses="fresh",
        replace='mask = ops.cast(keras.random.uniform(ops.shape(x), seed=self.random) < keep, "float32")  # the shape of x',
        by="""
            shape = (ops.shape(x)[0], *[1] * (len(x.shape) - 2), x.shape[-1])
            mask = ops.cast(keras.random.uniform(shape, seed=self.random) < keep, "float32")  # the shape of x
        """,
    ),
    Wrong(
        "whole_examples_dropped",
        "One draw for each example.",
        loses="fresh",
        replace="ops.shape(x)",
        by="(ops.shape(x)[0], 1)",
    ),
]
