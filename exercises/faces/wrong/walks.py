"""Wrong answers to `walks`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "acute_angles_only",
        "Takes every angle beyond 90° for 90°.",
        loses="arc",
        replace="(np.clip(cosine, -1, 1))",
        by="(np.clip(cosine, 0, 1))",
    ),
    Wrong(
        "backwards",
        "Moves the block from right to left.",
        loses="block",
        replace="((places >= 0) & (places < width)).astype(np.float32)",
        by="((places >= 0) & (places < width))[::-1].astype(np.float32)",
    ),
    Wrong(
        "block_wraps",
        "Lets the block come in again on the left.",
        loses="block",
        replace="np.arange(latent_dim) - np.arange(latent_dim - width + 1)[:, None]",
        by="(np.arange(latent_dim) - np.arange(latent_dim)[:, None]) % latent_dim",
    ),
    Wrong(
        "cosine_not_clipped",
        "The cosine may be larger than 1 by rounding, and then has no angle.",
        loses="straight",
        replace="np.clip(cosine, -1, 1)",
        by="cosine",
    ),
    Wrong(
        "end_left_out",
        "Does not arrive.",
        loses="arc",
        replace="(0, 1, steps)[:, None]",
        by="(0, 1, steps, endpoint=False)[:, None]",
    ),
    Wrong(
        "even_chords",
        "Takes even steps on the straight line and puts them onto the arc.",
        loses="arc",
        replace="return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)  # (steps, n)",
        by="""
            line = (1 - t) * a + t * b
            length = (1 - t) * np.linalg.norm(a) + t * np.linalg.norm(b)
            return line * length / np.linalg.norm(line, axis=1, keepdims=True)  # (steps, n)
        """,
    ),
    Wrong(
        "growing",
        "Lets the block grow in place of moving.",
        loses="block",
        replace="(places >= 0) & (places < width)",
        by="places < width",
    ),
    Wrong(
        "lengths_in_the_angle",
        "Takes the product for the cosine, whatever the lengths are.",
        loses="arc",
        replace="cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))",
        by="cosine = a @ b",
    ),
    Wrong(
        "nothing_divided",
        "Divides by nothing between equal directions.",
        loses="straight",
        replace="""
            angle = np.arccos(np.clip(cosine, -1, 1))
            if np.sin(angle) < 1e-6:
                return (1 - t) * a + t * b  # (steps, n)
        """,
        by="angle = np.arccos(np.clip(cosine, -1, 1))",
    ),
    Wrong(
        "one_short",
        "Stops before the block reaches the end.",
        loses="block",
        replace="(latent_dim - width + 1)[:, None]",
        by="(latent_dim - width)[:, None]",
    ),
    Wrong(
        "small_angles_straight",
        "Takes the straight line for every acute angle.",
        loses="arc",
        replace="if np.sin(angle) < 1e-6:",
        by="if cosine > 0:",
    ),
    Wrong(
        "stays",
        "Stays at the start between equal directions.",
        loses="straight",
        replace="return (1 - t) * a + t * b  # (steps, n)",
        by="return a + 0 * t  # (steps, n)",
    ),
    Wrong(
        "straight_line",
        "Walks along the straight line.",
        loses="arc",
        replace="np.sin(angle) < 1e-6",
        by="angle < 10",
    ),
    Wrong(
        "unit_length",
        "Walks on the unit sphere.",
        loses="arc",
        replace="t = np.linspace(0, 1, steps)[:, None]",
        by="""
            a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
            t = np.linspace(0, 1, steps)[:, None]  # (steps, 1)
        """,
    ),
]
