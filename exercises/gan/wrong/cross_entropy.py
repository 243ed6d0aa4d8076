"""Wrong answers to `cross_entropy`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "absolute_value_forgotten",
        "Forgets the absolute value in the stable formula.",
        loses="values, extreme, gradients",
        replace="ops.abs(logits)",
        by="logits",
    ),
    Wrong(
        "averaged",
        "Returns the mean instead of a value for each logit.",
        loses="elementwise",
        replace="maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))",
        by="mean(ops.maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits))))",
    ),
    Wrong(
        "branches_chosen_by_where",
        "Chooses between two formulas by where: the one not chosen spoils the gradient.",
        loses="gradients",
        replace="return ops.maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))",
        by="""
            positive = logits - logits * labels + ops.log(1 + ops.exp(-logits))
            negative = -logits * labels + ops.log(1 + ops.exp(logits))
            return ops.where(logits >= 0, positive, negative)
        """,
    ),
    Wrong(
        "hard_labels_only",
        "Treats every label as 0 or 1.",
        loses="values",
        replace="return ops.maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))",
        by="return ops.where(labels > 0.5, ops.softplus(-logits), ops.softplus(logits))",
    ),
    Wrong(
        "label_zero_forgotten",
        "Only examples with label 1 count.",
        loses="values, extreme, gradients",
        replace="return ops.maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))",
        by="return labels * ops.softplus(-logits)",
    ),
    Wrong(
        "labels_swapped",
        "Real and fake change places.",
        loses="values",
        replace="* labels",
        by="* (1 - labels)",
    ),
    Wrong(
        "clipped",
        "Keeps the logarithms finite by clipping, which makes large losses too small.",
        loses="extreme",
        replace="return ops.maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))",
        by="""
            p = ops.clip(ops.sigmoid(logits), 1e-7, 1 - 1e-7)
            return -labels * ops.log(p) - (1 - labels) * ops.log(1 - p)
        """,
    ),
    Wrong(
        "from_probabilities",
        "Takes logarithms of the sigmoid, which reaches 0 and 1 at large logits.",
        loses="extreme",
        replace="return ops.maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))",
        by="""
            p = ops.sigmoid(logits)
            return -labels * ops.log(p) - (1 - labels) * ops.log(1 - p)
        """,
    ),
    Wrong(
        "overflows",
        "Right on paper, but the exponential overflows.",
        loses="extreme",
        replace="return ops.maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))",
        by="return ops.log(1 + ops.exp(logits)) - logits * labels",
    ),
]
