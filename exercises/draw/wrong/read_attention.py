"""Wrong answers to `read_attention`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "Multiplies with NumPy, through which no gradient passes.",
        loses="values",
        cell="""
            def read_attention(x, error, window, size):
                F_y, F_x = (np.asarray(F) for F in filterbank_pair(window, size, x.shape[1], x.shape[2]))
                seen = [np.einsum("bih,bhw,bjw->bij", F_y, np.asarray(each), F_x).reshape(len(x), -1) for each in (x, error)]
                return np.asarray(window.intensity) * np.concatenate(seen, axis=1)
        """,
    ),
    Wrong(
        "detached",
        "No gradient passes to the filters, so the network never learns where to look.",
        loses="values",
        replace="filterbank_pair(window, size, x.shape[1], x.shape[2])",
        by="(ops.stop_gradient(F) for F in filterbank_pair(window, size, x.shape[1], x.shape[2]))",
    ),
    Wrong(
        "divided_by_intensity",
        "Divides by the intensity, as writing does.",
        loses="intensity",
        replace="""
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
            return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
        """,
        by="""
            F_xT = ops.transpose(F_x, (0, 2, 1))
            seen = [ops.reshape(F_y @ each @ F_xT, (-1, size * size)) for each in (x, error)]
            return ops.concatenate(seen, axis=-1) / window.intensity
        """,
    ),
    Wrong(
        "error_first",
        "Puts the error's glimpse first.",
        loses="values",
        replace="""
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
            return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
        """,
        by="""
            F_xT = ops.transpose(F_x, (0, 2, 1))
            seen = [ops.reshape(F_y @ each @ F_xT, (-1, size * size)) for each in (error, x)]
            return window.intensity * ops.concatenate(seen, axis=-1)
        """,
    ),
    Wrong(
        "filters_swapped",
        "Swaps the filters of rows and columns.",
        loses="values",
        replace="""
            F_y, F_x = filterbank_pair(window, size, x.shape[1], x.shape[2])  # (batch, size, height), (batch, size, width)
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
            return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
        """,
        by="""
            F_x, F_y = filterbank_pair(window, size, x.shape[2], x.shape[1])
            seen = [F_y @ each @ ops.transpose(F_x, (0, 2, 1)) for each in (x, error)]
            return window.intensity * ops.concatenate([ops.reshape(each, (-1, size * size)) for each in seen], axis=-1)
        """,
    ),
    Wrong(
        "image_only_scaled",
        "Multiplies the image's glimpse by the intensity, not the error's.",
        loses="intensity",
        replace="""
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
            return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
        """,
        by="""
            F_xT = ops.transpose(F_x, (0, 2, 1))
            seen = ops.reshape(F_y @ x @ F_xT, (-1, size * size)), ops.reshape(F_y @ error @ F_xT, (-1, size * size))
            return ops.concatenate([window.intensity * seen[0], seen[1]], axis=-1)
        """,
    ),
    Wrong(
        "image_twice",
        "Reads the image twice and the error never.",
        loses="values",
        replace="""
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
            return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
        """,
        by="""
            F_xT = ops.transpose(F_x, (0, 2, 1))
            seen = [ops.reshape(F_y @ each @ F_xT, (-1, size * size)) for each in (x, x)]
            return window.intensity * ops.concatenate(seen, axis=-1)
        """,
    ),
    Wrong(
        "intensity_alone",
        "The glimpse is the intensity, whatever there is to see.",
        loses="intensity, values",
        replace="ops.reshape(glimpses, (-1, 2 * size * size))",
        by="ops.ones((x.shape[0], 2 * size * size))",
    ),
    Wrong(
        "intensity_cut",
        "No gradient passes to the intensity.",
        loses="intensity",
        replace="""
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
            return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
        """,
        by="""
            seen = [ops.reshape(ops.einsum("bih,bhw,bjw->bij", F_y, each, F_x), (-1, size * size)) for each in (x, error)]
            return ops.stop_gradient(window.intensity) * ops.concatenate(seen, axis=-1)
        """,
    ),
    Wrong(
        "intensity_forgotten",
        "Forgets the intensity.",
        loses="intensity",
        replace="""
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
            return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
        """,
        by="""
            F_xT = ops.transpose(F_x, (0, 2, 1))
            seen = [ops.reshape(F_y @ each @ F_xT, (-1, size * size)) for each in (x, error)]
            return ops.concatenate(seen, axis=-1)
        """,
    ),
    Wrong(
        "interleaved",
        "Puts number beside number in place of patch behind patch.",
        loses="values",
        replace="""
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
        """,
        by="""
            F_xT = ops.transpose(F_x, (0, 2, 1))
            glimpses = ops.stack([F_y @ each @ F_xT for each in (x, error)], axis=-1)
        """,
    ),
    Wrong(
        "sum_of_both",
        "Adds both glimpses and repeats the sum.",
        loses="values",
        replace="""
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
            return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
        """,
        by="""
            F_xT = ops.transpose(F_x, (0, 2, 1))
            seen = ops.reshape(F_y @ (x + error) @ F_xT, (-1, size * size))
            return window.intensity * ops.concatenate([seen, seen], axis=-1)
        """,
    ),
    Wrong(
        "transposed",
        "Looks at the transposed image's patch.",
        loses="values",
        replace="""
            both = ops.stack([x, error], axis=1)  # (batch, 2, height, width)
            glimpses = F_y[:, None] @ both @ ops.transpose(F_x, (0, 2, 1))[:, None]  # (batch, 2, size, size)
            return window.intensity * ops.reshape(glimpses, (-1, 2 * size * size))  # (batch, 2 * size * size)
        """,
        by="""
            F_xT = ops.transpose(F_x, (0, 2, 1))
            seen = [ops.reshape(ops.transpose(F_y @ each @ F_xT, (0, 2, 1)), (-1, size * size)) for each in (x, error)]
            return window.intensity * ops.concatenate(seen, axis=-1)
        """,
    ),
]
