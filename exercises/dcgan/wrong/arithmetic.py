"""Wrong answers to `arithmetic`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "direction_normalised",
        "The direction has length 1.",
        loses="direction",
        replace="return z[order[-count:]].mean(axis=0) - z[order[:count]].mean(axis=0)",
        by="""
            vector = z[order[-count:]].mean(axis=0) - z[order[:count]].mean(axis=0)
            return vector / np.linalg.norm(vector)
        """,
    ),
    Wrong(
        "divided_by_all",
        "The number of converted is divided by that of all faces.",
        loses="count",
        replace="mean(np.asarray(reads(g(without + vector))) > 0.5)",
        by="sum(np.asarray(reads(g(without + vector))) > 0.5) / len(z)",
    ),
    Wrong(
        "everybody_counts",
        "Faces that have the attribute already are counted, too.",
        loses="count",
        replace="without = z[np.asarray(reads(g(z))) < 0.5]  # (m, latent_dim)",
        by="without = z",
    ),
    Wrong(
        "lost_ones_too",
        "Everybody whose verdict changes counts, in either direction.",
        loses="count",
        replace="""
            without = z[np.asarray(reads(g(z))) < 0.5]  # (m, latent_dim)
            return float(np.mean(np.asarray(reads(g(without + vector))) > 0.5))
        """,
        by="""
            before, after = (np.asarray(reads(g(each))) > 0.5 for each in (z, z + vector))
            return float(np.mean(before != after))
        """,
    ),
    Wrong(
        "mean_probability",
        "The mean probability in place of a share.",
        loses="count",
        replace="np.asarray(reads(g(without + vector))) > 0.5",
        by="reads(g(without + vector))",
    ),
    Wrong(
        "sign",
        "The mean of those without minus that of those with.",
        loses="direction",
        replace="-count:]].mean(axis=0) - z[order[:count",
        by=":count]].mean(axis=0) - z[order[-count:",
    ),
    Wrong(
        "sums",
        "Sums in place of means.",
        loses="direction",
        replace="mean(axis=0) - z[order[:count]].mean",
        by="sum(axis=0) - z[order[:count]].sum",
    ),
    Wrong(
        "unsorted",
        "The first and the last vectors are taken, whatever their score.",
        loses="direction",
        replace="argsort(score)",
        by="arange(len(score))",
    ),
    Wrong(
        "vector_added_to_images",
        "The vector is subtracted.",
        loses="count",
        replace="without +",
        by="without -",
    ),
    Wrong(
        "with_minus_all",
        "The mean of all is subtracted.",
        loses="direction",
        replace="z[order[:count]]",
        by="z",
    ),
]
