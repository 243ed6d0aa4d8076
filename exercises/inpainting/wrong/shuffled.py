"""Wrong answers to `shuffled`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "drawn_with_replacement",
        "Rows are drawn with replacement.",
        loses="rows, elsewhere",
        cell="""
            def shuffle_captions(tokens, seed):
                return tokens[np.random.default_rng(seed).integers(len(tokens), size=len(tokens))]
        """,
    ),
    Wrong(
        "in_place",
        "The tokens that were passed in are shuffled.",
        loses="rows",
        replace="""
            result = np.empty_like(tokens)  # (n, length)
            result[order] = tokens[np.roll(order, 1)]  # … each gets what its neighbour in the ring has
            return result
        """,
        by="""
            tokens[order] = tokens[np.roll(order, 1)]
            return tokens
        """,
    ),
    Wrong(
        "one_missing",
        "The last row is lost.",
        loses="rows",
        replace="return result",
        by="return result[:-1]",
    ),
    Wrong(
        "permutation",
        "A plain permutation, which leaves some rows where they are.",
        loses="elsewhere",
        replace="tokens[np.roll(order, 1)]",
        by="tokens",
    ),
    Wrong(
        "rolled",
        "Every row moves by one place: no chance.",
        loses="by lot",
        cell="""
            def shuffle_captions(tokens, seed):
                return np.roll(tokens, 1, axis=0)
        """,
    ),
    Wrong(
        "rolled_by_lot",
        "All rows move by the same number of places, drawn by lot.",
        loses="by lot",
        cell="""
            def shuffle_captions(tokens, seed):
                return np.roll(tokens, np.random.default_rng(seed).integers(1, len(tokens)), axis=0)
        """,
    ),
    Wrong(
        "seed_ignored",
        "The seed is not used.",
        loses="by lot",
        replace="seed).permutation(",
        by=").permutation(",
    ),
    Wrong(
        "words_shuffled",
        "The words of each caption are shuffled in place of the captions.",
        loses="rows",
        cell="""
            def shuffle_captions(tokens, seed):
                order = 1 + np.random.default_rng(seed).permutation(tokens.shape[1] - 1)[0]
                rows = np.roll(np.arange(len(tokens)), 1 + seed % max(1, len(tokens) - 1))
                return np.random.default_rng(seed).permuted(tokens[rows], axis=1)
        """,
    ),
    Wrong(
        "words_reversed",
        "Every picture keeps its own caption, with its words from the last to the first.",
        loses="rows, elsewhere, by lot",
        cell="""
            def shuffle_captions(tokens, seed):
                return tokens[:, ::-1]
        """,
    ),
]
