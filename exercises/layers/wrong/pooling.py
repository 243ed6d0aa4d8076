"""Wrong answers to `pooling`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_known_batch",
        "The size of the batch is asked for, which may be None.",
        loses="windows",
        replace="return ops.max(patches(x, self.size, self.stride or self.size), axis=3)  # (batch, rows, columns, channels)",
        by="""
            largest = ops.max(patches(x, self.size, self.stride or self.size), axis=3)
            return ops.reshape(largest, (x.shape[0], *largest.shape[1:]))
        """,
    ),
    Wrong(
        "by_numpy",
        "The maximum is NumPy's, through which no gradient passes.",
        loses="windows",
        replace="return ops",
        by="return np",
    ),
    Wrong(
        "first_row_only",
        "Only the first row of each window is looked at.",
        loses="windows, stride",
        replace="(patches(x, self.size, self.stride or self.size), axis=3)",
        by="(patches(x, self.size, self.stride or self.size)[:, :, :, : self.size], axis=3)",
    ),
    Wrong(
        "maximum_from_zero",
        "A running maximum that starts from 0.",
        loses="windows",
        replace="return ops.max(patches(x, self.size, self.stride or self.size), axis=3)  # (batch, rows, columns, channels)",
        by="""
            seen = patches(x, self.size, self.stride or self.size)
            largest = 0.0 * seen[:, :, :, 0]
            for k in range(self.size**2):
                largest = ops.maximum(largest, seen[:, :, :, k])
            return largest
        """,
    ),
    Wrong(
        "mean",
        "The mean of the window.",
        loses="windows",
        replace="ops.max",
        by="ops.mean",
    ),
    Wrong(
        "size_without_sign",
        "The number that is farthest from 0 stands for the largest.",
        loses="windows",
        replace="patches(x, self.size, self.stride or self.size)",
        by="ops.abs(patches(x, self.size, self.stride or self.size))",
    ),
    Wrong(
        "stride_ignored",
        "The window always jumps by its size.",
        loses="stride",
        replace=".stride or self.",
        by=".",
    ),
    Wrong(
        "stride_of_one",
        "Without a stride the window moves by one.",
        loses="windows",
        replace="or self.size",
        by="or 1",
    ),
    Wrong(
        "over_channels",
        "The largest over the channels, too.",
        loses="windows",
        replace="axis=3",
        by="axis=(3, 4)",
    ),
    Wrong(
        "padded",
        "Zeros are put around the image.",
        loses="windows",
        replace="or self.size",
        by='or self.size, "same"',
    ),
]
