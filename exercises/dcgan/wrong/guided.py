"""Wrong answers to `guided`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "deconvolution",
        "Only gradients are looked at, as a deconvolution does.",
        loses="inputs",
        replace="(x > 0) & (gradient > 0)",
        by="gradient > 0",
    ),
    Wrong(
        "every_layer_cut",
        "The conditions hold at every layer, not only at ReLUs.",
        loses="layers",
        replace="""
            if isinstance(layer, layers.LeakyReLU):
                gradient = ops.where((x > 0) & (gradient > 0), gradient, 0.0)
            else:
                gradient = training.input_gradients(lambda x: layer(x) * gradient, x)  # noqa: B023 - called at once
        """,
        by="""
            gradient = training.input_gradients(lambda x: layer(x) * gradient, x)  # noqa: B023 - called at once
            gradient = ops.where((x > 0) & (gradient > 0), gradient, 0.0)
        """,
    ),
    Wrong(
        "first_feature",
        "Always asks the first map.",
        loses="response",
        replace="(lambda maps: ops.max(maps[..., feature], axis=(1, 2)), x)",
        by="(lambda maps: ops.max(maps[..., 0], axis=(1, 2)), x)",
    ),
    Wrong(
        "inputs_only",
        "Only inputs are looked at, as for a ReLU.",
        loses="gradients",
        replace="(x > 0) & (gradient > 0)",
        by="x > 0",
    ),
    Wrong(
        "mean_over_batch",
        "The strongest responses are averaged over the batch.",
        loses="response",
        replace="gradient = training.input_gradients(lambda maps: ops.max(maps[..., feature], axis=(1, 2)), x)  # (n, h, w, f)",
        by="""
            gradient = training.input_gradients(
                lambda maps: ops.mean(ops.max(maps[..., feature], axis=(1, 2))), x
            )  # (n, h, w, f)
        """,
    ),
    Wrong(
        "mean_response",
        "The mean response of the map in place of the strongest.",
        loses="response",
        replace="ops.max",
        by="ops.mean",
    ),
    Wrong(
        "plain",
        "The plain gradient.",
        loses="inputs, gradients",
        replace="(x > 0) & (gradient > 0), gradient, 0.0",
        by="x > 0, gradient, 0.2 * gradient",
    ),
    Wrong(
        "slope_kept",
        "Below zero the slope is kept.",
        loses="inputs",
        replace="(x > 0) & (gradient > 0), gradient",
        by="gradient > 0, ops.where(x > 0, gradient, 0.2 * gradient)",
    ),
    Wrong(
        "strongest_of_batch",
        "The strongest response of the whole batch.",
        loses="response",
        replace="(lambda maps: ops.max(maps[..., feature], axis=(1, 2)), x)",
        by="(lambda maps: ops.max(maps[..., feature], axis=(0, 1, 2)), x)",
    ),
    Wrong(
        "training_mode",
        "Layers are called as in training.",
        loses="layers",
        edits=[
            ("= layer(x)", "= layer(x, training=True)"),
            ("(lambda x: layer(x) * gradient, x)", "(lambda x: layer(x, training=True) * gradient, x)"),
        ],
    ),
]
