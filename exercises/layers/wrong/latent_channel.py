"""Wrong answers to `latent_channel`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "added",
        "The plane is added to all channels.",
        loses="plane, image",
        replace="return ops.concatenate([x, plane], axis=-1)  # (batch, height, width, channels + 1)",
        by="return x + plane",
    ),
    Wrong(
        "by_columns",
        "The plane is filled column by column.",
        loses="plane",
        replace="reshape(plane, (-1, *x.shape[1:3], 1))",
        by="transpose(ops.reshape(plane, (-1, x.shape[2], x.shape[1], 1)), (0, 2, 1, 3))",
    ),
    Wrong(
        "by_known_batch",
        "The size of the batch is asked for, which may be None.",
        loses="plane",
        replace="-1, *x.shape",
        by="x.shape[0], *x.shape",
    ),
    Wrong(
        "by_numpy",
        "The plane is NumPy's, through which no gradient passes.",
        loses="plane",
        replace="plane = ops.matmul",
        by="plane = np.matmul",
    ),
    Wrong(
        "not_learnt",
        "Training may not change what makes the plane.",
        loses="plane",
        replace='name="W"',
        by='trainable=False, name="W"',
    ),
    Wrong(
        "one_plane_for_all",
        "All examples get the plane of the first.",
        loses="plane",
        replace="z, self",
        by="ops.repeat(z[:1], ops.shape(z)[0], axis=0), self",
    ),
    Wrong(
        "plane_alone",
        "The image is lost.",
        loses="image",
        replace="return ops.concatenate([x, plane], axis=-1)  # (batch, height, width, channels + 1)",
        by="return plane",
    ),
    Wrong(
        "plane_first",
        "The plane comes before the image.",
        loses="plane",
        replace="x, plane",
        by="plane, x",
    ),
    Wrong(
        "starts_at_zero",
        "The plane begins empty.",
        loses="start",
        replace='"glorot_uniform"',
        by='"zeros"',
    ),
]
