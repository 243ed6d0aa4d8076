"""Wrong answers to `filter_centres`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "Computes with NumPy, through which no gradient passes.",
        loses="centred",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return np.asarray(centre) + np.asarray(stride) * (np.arange(size) - (size - 1) / 2).astype("float32")',
    ),
    Wrong(
        "centre_scaled_too",
        "Multiplies the centre by the stride as well.",
        loses="centred",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return (centre + np.arange(size, dtype="float32") - (size - 1) / 2) * stride',
    ),
    Wrong(
        "counted_from_zero",
        "The paper's formula, which counts spots from 1, with spots counted from 0.",
        loses="centred",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return centre + (np.arange(size, dtype="float32") - size / 2 - 0.5) * stride',
    ),
    Wrong(
        "detached",
        "No gradient passes to the window.",
        loses="centred",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return ops.stop_gradient(centre + (np.arange(size, dtype="float32") - (size - 1) / 2) * stride)',
    ),
    Wrong(
        "from_right_to_left",
        "Counts the spots from the right.",
        loses="spaced",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return centre - (np.arange(size, dtype="float32") - (size - 1) / 2) * stride',
    ),
    Wrong(
        "from_the_centre_on",
        "Lets the grid begin at its centre.",
        loses="centred",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return centre + np.arange(size, dtype="float32") * stride',
    ),
    Wrong(
        "half_a_spot_off",
        "Forgets the half in the middle.",
        loses="centred",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return centre + (np.arange(size, dtype="float32") - size / 2) * stride',
    ),
    Wrong(
        "stride_for_the_whole",
        "Takes the stride for the width of the whole grid.",
        loses="spaced",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return centre + np.linspace(-0.5, 0.5, size, dtype="float32") * stride',
    ),
    Wrong(
        "stride_forgotten",
        "Lays all grids with a stride of one.",
        loses="spaced",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return centre + (np.arange(size, dtype="float32") - (size - 1) / 2)',
    ),
    Wrong(
        "whole_middle",
        "Rounds the middle of the grid down: wrong for even numbers of spots.",
        loses="centred",
        replace="""
            offsets = np.arange(size, dtype="float32") - (size - 1) / 2  # (size,), from -(size - 1) / 2 to (size - 1) / 2
            return centre + offsets * stride  # (batch, size)
        """,
        by='return centre + (np.arange(size, dtype="float32") - size // 2 + (1 - size % 2)) * stride',
    ),
]
