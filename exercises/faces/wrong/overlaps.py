"""Wrong answers to `overlaps`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "at_least_one",
        "Believes that every output is reached.",
        loses="gaps",
        replace="return counts",
        by="return np.maximum(counts, 1)",
    ),
    Wrong(
        "borders_forgotten",
        "Counts as if the inputs had no end.",
        loses="overlapping",
        edits=[
            ("(inputs):", "(-kernel, inputs + kernel):"),
            ("stride * i : stride * i + kernel", "max(stride * i, 0) : max(stride * i + kernel, 0)"),
        ],
    ),
    Wrong(
        "even_everywhere",
        "Says kernel / stride everywhere.",
        loses="overlapping, gaps",
        replace="return counts",
        by="return np.full(len(counts), kernel // stride)",
    ),
    Wrong(
        "one_short",
        "Leaves out the last input.",
        loses="overlapping",
        replace="(inputs):",
        by="(inputs - 1):",
    ),
    Wrong(
        "same_padding",
        "Cuts the output to stride times the inputs.",
        loses="overlapping",
        replace="return counts",
        by="return counts[: stride * inputs]",
    ),
    Wrong(
        "stride_for_kernel",
        "Takes kernel and stride for one another.",
        loses="overlapping",
        replace="stride * i : stride * i + kernel",
        by="kernel * i : kernel * i + stride",
    ),
]
