"""Wrong answers to `batches`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "all_in_memory",
        "Loads the whole data set first.",
        loses="reading",
        replace="order = random.permutation(len(images))",
        by="""
            images = images[:]
            order = random.permutation(len(images))  # (n,)
        """,
    ),
    Wrong(
        "all_sorted",
        "Sorts the order of the whole epoch.",
        loses="order",
        replace="random.permutation(len(images))",
        by="np.sort(random.permutation(len(images)))",
    ),
    Wrong(
        "blocks",
        "Takes neighbouring pictures together, in random order of the batches.",
        loses="order",
        replace="order = random.permutation(len(images))  # (n,)",
        by="""
            starts = random.permutation(np.arange(0, len(images) - batch_size, batch_size))
            order = np.concatenate([np.arange(start, start + batch_size) for start in starts])
            order = np.append(order, np.arange(len(order), len(images)))
        """,
    ),
    Wrong(
        "file_order",
        "Hands the pictures out in the order of the file.",
        loses="order",
        replace="random.permutation",
        by="np.arange",
    ),
    Wrong(
        "fixed_composition",
        "Shuffles the batches, in which the same pictures meet in every epoch.",
        loses="order",
        replace="""
            order = random.permutation(len(images))  # (n,)
            for start in range(0, len(order), batch_size):
        """,
        by="""
            order = np.random.default_rng(0).permutation(len(images))  # (n,)
            starts = np.arange(0, len(order) - batch_size, batch_size)
            for start in [*random.permutation(starts), len(starts) * batch_size]:
        """,
    ),
    Wrong(
        "last_dropped",
        "Drops the smaller batch at the end.",
        loses="epoch",
        replace="(0, len(order), batch_size):",
        by="(0, len(order) - batch_size + 1, batch_size):",
    ),
    Wrong(
        "one_by_one",
        "Yields single pictures.",
        loses="epoch, order, reading",
        replace="np.stack([images[row] for row in rows])",
        by="from (images[row] for row in rows)",
    ),
    Wrong(
        "own_generator",
        "Shuffles with a generator of its own.",
        loses="order",
        replace="= random",
        by="= np.random.default_rng()",
    ),
    Wrong(
        "same_every_epoch",
        "Has the same order in every epoch.",
        loses="order",
        replace="= random",
        by="= np.random.default_rng(0)",
    ),
    Wrong(
        "unsorted_list",
        "Asks HDF5 for a list of indices in random order.",
        loses="reading",
        replace="""
            rows = np.sort(order[start : start + batch_size])  # (batch_size,), so that the disk is read forwards
            yield np.stack([images[row] for row in rows])  # (batch_size, h, w, 3)
        """,
        by="""
            rows = order[start : start + batch_size]  # (batch_size,), so that the disk is read forwards
            yield images[rows]  # (batch_size, h, w, 3)
        """,
    ),
    Wrong(
        "whole_chunks",
        "Reads everything between the first and the last picture of a batch.",
        loses="reading",
        replace="yield np.stack([images[row] for row in rows])  # (batch_size, h, w, 3)",
        by="yield images[rows[0] : rows[-1] + 1][rows - rows[0]]  # (batch_size, h, w, 3)",
    ),
    Wrong(
        "with_replacement",
        "Draws every picture by itself, so that some come twice.",
        loses="epoch",
        replace="permutation(len(images))",
        by="integers(len(images), size=len(images))",
    ),
]
