"""Wrong answers to `scaling`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "back_from_zero",
        "Takes numbers from 0 to 1 for granted on the way back.",
        loses="back",
        replace="(np.asarray(images) + 1) * 127.5",
        by="np.asarray(images) * 255",
    ),
    Wrong(
        "ceil",
        "Rounds up.",
        loses="back",
        replace="rint",
        by="ceil",
    ),
    Wrong(
        "cut_off",
        "Cuts off the fraction.",
        loses="back",
        replace="rint",
        by="floor",
    ),
    Wrong(
        "divided_by_128",
        "Divides by 128, so that white does not become 1.",
        loses="scale",
        replace="127.5) - np.float32(",
        by="128) - np.float32(",
    ),
    Wrong(
        "floats_for_bytes",
        "Gives whole numbers that are no bytes.",
        loses="back",
        replace="(np.clip((np.asarray(images) + 1) * 127.5, 0, 255)).astype(np.uint8)",
        by="(np.clip((np.asarray(images) + 1) * 127.5, 0, 255))",
    ),
    Wrong(
        "not_clipped",
        "Lets numbers beyond the limits wrap around.",
        loses="back",
        replace="np.clip((np.asarray(images) + 1) * 127.5, 0, 255)",
        by="(np.asarray(images) + 1) * 127.5).astype(int",
    ),
    Wrong(
        "own_extremes",
        "Takes the darkest and the brightest byte that occur for the limits.",
        loses="scale",
        replace="return images.astype(np.float32) / np.float32(127.5) - np.float32(1)",
        by="""
            low, high = images.min(), images.max()
            return ((images - low.astype(np.float32)) / (high - low) * 2 - 1).astype(np.float32)
        """,
    ),
    Wrong(
        "wraps_around",
        "Converts to bytes before it clips.",
        loses="back",
        replace="rint(np.clip((np.asarray(images) + 1) * 127.5, 0, 255)).astype(np.uint8)",
        by="clip(np.rint((np.asarray(images) + 1) * 127.5).astype(np.int64).astype(np.uint8), 0, 255)",
    ),
    Wrong(
        "zero_to_one",
        "Scales to [0, 1].",
        loses="scale",
        replace="127.5) - np.float32(1",
        by="255",
    ),
]
