"""Wrong answers to `errors`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "absolute_gradient",
        "Absolute differences in place of squares.",
        loses="gradient energy",
        replace="right**2) + np.mean(below**2",
        by="np.abs(right)) + np.mean(np.abs(below)",
    ),
    Wrong(
        "across_only",
        "The gradient energy looks to the right only.",
        loses="gradient energy",
        replace="(np.mean(right**2) + np.mean(below**2))",
        by="(np.mean(right**2))",
    ),
    Wrong(
        "batch_mean",
        "One number for all pictures.",
        loses="per picture",
        edits=[
            ("(difference**2, axis=(1, 2, 3))", "(difference**2, axis=(0, 1, 2, 3))"),
            (
                '(np.abs(difference), axis=(1, 2, 3)), "L2": L2, "PSNR": -10 * np.log10(L2)}',
                '(np.abs(difference), axis=(0, 1, 2, 3)), "L2": L2, "PSNR": -10 * np.log10(L2)}',
            ),
        ],
    ),
    Wrong(
        "bytes",
        "Pixels are taken for bytes.",
        loses="L1",
        edits=[
            (
                "truth[:, middle, middle].astype(np.float64) - filled[:, middle, middle]",
                "255 * (truth[:, middle, middle].astype(np.float64) - filled[:, middle, middle])",
            ),
            ("-10 * np.log10(L2)", "10 * np.log10(255**2 / L2)"),
        ],
    ),
    Wrong(
        "denominator",
        "A tiny number is added below the fraction of the PSNR.",
        loses="PSNR",
        replace="-10 * np.log10(L2)",
        by="10 * np.log10(1 / (L2 + 1e-12))",
    ),
    Wrong(
        "floor",
        "A number is added before the logarithm.",
        loses="PSNR",
        replace="""
            difference = truth[:, middle, middle].astype(np.float64) - filled[:, middle, middle]  # (n, side/2, side/2, 3)
            L2 = np.mean(difference**2, axis=(1, 2, 3))  # (n,)
            with np.errstate(divide="ignore"):
                return {"L1": np.mean(np.abs(difference), axis=(1, 2, 3)), "L2": L2, "PSNR": -10 * np.log10(L2)}
        """,
        by="""
            d = truth[:, middle, middle].astype(np.float64) - filled[:, middle, middle]
            L2 = np.mean(d**2, axis=(1, 2, 3))
            return {"L1": np.mean(np.abs(d), axis=(1, 2, 3)), "L2": L2, "PSNR": -10 * np.log10(L2 + 1e-6)}
        """,
    ),
    Wrong(
        "kept_above",
        "L2 is kept above a number in the PSNR.",
        loses="PSNR",
        replace="log10(L2)}",
        by="log10(np.maximum(L2, 1e-10))}",
    ),
    Wrong(
        "key_misspelt",
        "The key of the PSNR is in lower case.",
        loses="PSNR",
        replace='"PSNR":',
        by='"psnr":',
    ),
    Wrong(
        "masked_mean",
        "The border is masked, and counts as pixels without an error.",
        loses="L1",
        replace="difference = truth[:, middle, middle].astype(np.float64) - filled[:, middle, middle]  # (n, side/2, side/2, 3)",
        by="""
            mask = np.zeros(truth.shape[1:3])
            mask[middle, middle] = 1
            difference = (truth.astype(np.float64) - filled) * mask[..., None]
        """,
    ),
    Wrong(
        "natural_logarithm",
        "The PSNR with the natural logarithm.",
        loses="PSNR",
        replace="log10",
        by="log",
    ),
    Wrong(
        "peak_255",
        "The PSNR takes pixels for bytes.",
        loses="PSNR",
        replace="-10 * np.log10(L2)",
        by="10 * np.log10(255**2 / L2)",
    ),
    Wrong(
        "root",
        "L2 is the root of the mean square, and goes into the PSNR like that.",
        loses="L2",
        replace="mean(difference**2, axis=(1, 2, 3))",
        by="sqrt(np.mean(difference**2, axis=(1, 2, 3)))",
    ),
    Wrong(
        "signed",
        "L1 without the absolute value.",
        loses="L1",
        replace="np.abs(difference)",
        by="(difference)",
    ),
    Wrong(
        "summed",
        "Sums in place of means.",
        loses="L1",
        edits=[
            ("= np.mean", "= np.sum"),
            (": np.mean", ": np.sum"),
        ],
    ),
    Wrong(
        "whole_picture",
        "The mean is taken over the whole picture.",
        loses="centre only",
        replace="[:, middle, middle].astype(np.float64) - filled[:, middle, middle]",
        by=".astype(np.float64) - filled",
    ),
    Wrong(
        "wrapped",
        "The last pixel of a row is compared with the first.",
        loses="gradient energy",
        replace="""
            right = centres[:, :, 1:] - centres[:, :, :-1]  # (n, h, w - 1, 3)
            below = centres[:, 1:] - centres[:, :-1]  # (n, h - 1, w, 3)
        """,
        by="""
            right = np.roll(centres, -1, axis=2) - centres
            below = np.roll(centres, -1, axis=1) - centres
        """,
    ),
    Wrong(
        "guess_ignored",
        "One number for all pictures, of the truth alone: never looks at the guess.",
        loses="L1, L2, PSNR, per picture, centre only",
        replace="""
            difference = truth[:, middle, middle].astype(np.float64) - filled[:, middle, middle]  # (n, side/2, side/2, 3)
            L2 = np.mean(difference**2, axis=(1, 2, 3))  # (n,)
            with np.errstate(divide="ignore"):
                return {"L1": np.mean(np.abs(difference), axis=(1, 2, 3)), "L2": L2, "PSNR": -10 * np.log10(L2)}
        """,
        by="""
            centres = truth[:, middle, middle].astype(np.float64)
            L2 = np.mean(centres**2)
            return {"L1": np.mean(centres), "L2": L2, "PSNR": -10 * np.log10(L2)}
        """,
    ),
]
