"""Wrong answers to `divergence`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "bits",
        "The logarithm to base 2.",
        loses="value",
        replace="np.log",
        by="np.log2",
    ),
    Wrong(
        "bytes",
        "The bins divide the range of bytes.",
        loses="range",
        edits=[
            ("(truth, bins, (0, 1))[0] + smoothing", "(truth, bins, (0, 255))[0] + smoothing"),
            ("(guess, bins, (0, 1))[0] + smoothing", "(guess, bins, (0, 255))[0] + smoothing"),
        ],
    ),
    Wrong(
        "guess_smoothed_only",
        "Only the histogram of the guess is smoothed.",
        loses="empty bins",
        edits=[
            ("(truth, bins, (0, 1))[0] + smoothing", "(truth, bins, (0, 1))[0]"),
            ("* np.log(p / q)", "[p > 0] * np.log(p[p > 0] / q[p > 0])"),
        ],
    ),
    Wrong(
        "mean",
        "The mean over the bins in place of the sum.",
        loses="value",
        replace="np.sum",
        by="np.mean",
    ),
    Wrong(
        "not_smoothed",
        "Empty bins of the guess are left out in place of smoothed.",
        loses="empty bins",
        replace=" + smoothing",
        by="",
        times=2,
        edits=[
            (
                "p, q = p / p.sum(), q / q.sum()",
                "both = (p > 0) & (q > 0)\np, q = (p / p.sum())[both], (q / q.sum())[both]",
            )
        ],
    ),
    Wrong(
        "ones_dropped",
        "Values of exactly 1 fall out of the last bin.",
        loses="range",
        replace="""
            p = np.histogram(truth, bins, (0, 1))[0] + smoothing  # (bins,)
            q = np.histogram(guess, bins, (0, 1))[0] + smoothing  # (bins,)
        """,
        by="""
            p, q = (
                np.bincount((array[array < 1] * bins).astype(int), minlength=bins) + smoothing for array in (truth, guess)
            )
        """,
    ),
    Wrong(
        "own_extremes",
        "The bins go from the smallest value to the largest.",
        loses="range",
        edits=[
            ("(truth, bins, (0, 1))[0] + smoothing", "(truth, bins)[0] + smoothing"),
            ("(guess, bins, (0, 1))[0] + smoothing", "(guess, bins)[0] + smoothing"),
        ],
    ),
    Wrong(
        "range_in_common",
        "The bins divide what lies between the smallest and the largest value of both.",
        loses="range",
        replace="""
            p = np.histogram(truth, bins, (0, 1))[0] + smoothing  # (bins,)
            q = np.histogram(guess, bins, (0, 1))[0] + smoothing  # (bins,)
        """,
        by="""
            low, high = min(truth.min(), guess.min()), max(truth.max(), guess.max())
            p = np.histogram(truth, bins, (low, high))[0] + smoothing  # (bins,)
            q = np.histogram(guess, bins, (low, high))[0] + smoothing  # (bins,)
        """,
    ),
    Wrong(
        "reversed",
        "KL(guess || truth).",
        loses="direction",
        replace="p * np.log(p / q)",
        by="q * np.log(q / p)",
    ),
    Wrong(
        "sign",
        "The sign is forgotten: q stands in the numerator, p before the logarithm.",
        loses="value",
        replace="(np.sum(p * np.log(p / q)))",
        by="(np.sum(p * np.log(q / p)))",
    ),
    Wrong(
        "signed",
        "The bins divide the range from -1 to 1.",
        loses="range",
        edits=[
            ("(truth, bins, (0, 1))[0] + smoothing", "(truth, bins, (-1, 1))[0] + smoothing"),
            ("(guess, bins, (0, 1))[0] + smoothing", "(guess, bins, (-1, 1))[0] + smoothing"),
        ],
    ),
    Wrong(
        "smoothed_after_dividing",
        "A small number is added to the shares.",
        loses="empty bins",
        edits=[
            ("(truth, bins, (0, 1))[0] + smoothing", "(truth, bins, (0, 1))[0]"),
            ("(guess, bins, (0, 1))[0] + smoothing", "(guess, bins, (0, 1))[0]"),
            (", q / q.sum()", "+ 1e-8, q / q.sum() + 1e-8"),
        ],
    ),
    Wrong(
        "symmetric",
        "The mean of both directions.",
        loses="direction",
        replace="p * np.log",
        by="(p - q) / 2 * np.log",
    ),
    Wrong(
        "zeros_dropped",
        "Values of exactly 0 fall out of the first bin.",
        loses="range",
        edits=[
            ("truth, bins", "truth[truth > 0], bins"),
            ("guess, bins,", "guess[guess > 0], bins,"),
        ],
    ),
]
