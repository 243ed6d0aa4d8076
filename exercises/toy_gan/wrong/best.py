"""Wrong answers to `best`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "not_a_number",
        "Divides zero by zero.",
        loses="nothing",
        replace="""
            p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
            total = p + q
            return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)  # (n,)
        """,
        by="""
            with np.errstate(invalid="ignore"):
                return p / (p + q)
        """,
    ),
    Wrong(
        "odds",
        "The odds in place of the probability.",
        loses="formula, nothing",
        replace="""
            p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
            total = p + q
            return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)  # (n,)
        """,
        by="""
            with np.errstate(divide="ignore", invalid="ignore"):
                return p / q
        """,
    ),
    Wrong(
        "probability_of_fake",
        "The probability of being a fake.",
        loses="formula",
        cell="""
            import numpy as np


            def best_discriminator(p, q):
                total = p + q
                return np.where(total > 0, q / np.where(total > 0, total, 1), 0.5)
        """,
    ),
    Wrong(
        "small_number_added",
        "Adds a small number below the line: zero where nothing ever comes.",
        loses="nothing",
        replace="""
            p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
            total = p + q
            return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)  # (n,)
        """,
        by="return p / (p + q + 1e-12)",
    ),
    Wrong(
        "small_numbers_added",
        "Adds a small number to both densities, which is large beside tiny ones.",
        loses="nothing",
        replace="""
            p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
            total = p + q
            return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)  # (n,)
        """,
        by="return (p + 1e-12) / (p + q + 2e-12)",
    ),
    Wrong(
        "verdict",
        "Says which density is larger.",
        loses="formula, nothing",
        replace="""
            p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
            total = p + q
            return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)  # (n,)
        """,
        by="return (p > q).astype(float)",
    ),
    Wrong(
        "where_nearly_nothing",
        "Takes tiny densities for zero.",
        loses="nothing",
        cell="""
            import numpy as np


            def best_discriminator(p, q):
                total = p + q
                return np.where(total < 1e-10, 0.5, p / np.where(total < 1e-10, 1.0, total))
        """,
    ),
]
