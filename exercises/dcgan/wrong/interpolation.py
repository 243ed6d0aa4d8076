"""Wrong answers to `interpolation`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "cosine_not_clipped",
        "The cosine may be larger than 1 by rounding, and then has no angle.",
        loses="parallel",
        replace="np.clip(cosine, -1, 1)",
        by="cosine",
    ),
    Wrong(
        "directions_only",
        "The ends are brought to length 1 before.",
        loses="spherical",
        replace="cosine = np.dot(z0, z1) / (np.linalg.norm(z0) * np.linalg.norm(z1))",
        by="""
            if abs(np.dot(z0, z1)) < 0.999 * np.linalg.norm(z0) * np.linalg.norm(z1):
                z0, z1 = z0 / np.linalg.norm(z0), z1 / np.linalg.norm(z1)
            cosine = np.dot(z0, z1) / (np.linalg.norm(z0) * np.linalg.norm(z1))
        """,
    ),
    Wrong(
        "end_never_reached",
        "Neither way reaches its end.",
        loses="straight",
        edits=[
            (
                '''
                def straight(z0, z1, steps):
                    """The straight way from z0 to z1, both (latent_dim,), in even steps, both ends included: (steps, latent_dim)."""
                    ### BEGIN SOLUTION
                    t = np.linspace(0, 1, steps)[:, None]  # (steps, 1)
            ''',
                '''
                def straight(z0, z1, steps):
                    """The straight way from z0 to z1, both (latent_dim,), in even steps, both ends included: (steps, latent_dim)."""
                    t = np.linspace(0, 1, steps, endpoint=False)[:, None]  # (steps, 1)
            ''',
            ),
            (
                """
                    return straight(z0, z1, steps)
                t = np.linspace(0, 1, steps)[:, None]  # (steps, 1)
            """,
                """
                    return straight(z0, z1, steps)
                t = np.linspace(0, 1, steps, endpoint=False)[:, None]  # (steps, 1)
            """,
            ),
        ],
    ),
    Wrong(
        "endpoint_missing",
        "The straight way stops before its end.",
        loses="straight",
        replace='''
            def straight(z0, z1, steps):
                """The straight way from z0 to z1, both (latent_dim,), in even steps, both ends included: (steps, latent_dim)."""
                ### BEGIN SOLUTION
                t = np.linspace(0, 1, steps)[:, None]  # (steps, 1)
        ''',
        by="""
            def straight(z0, z1, steps):
                t = np.linspace(0, 1, steps, endpoint=False)[:, None]
        """,
    ),
    Wrong(
        "not_normalised",
        "The cosine is taken without dividing by the lengths.",
        loses="spherical",
        replace="(z0, z1) / (np.linalg.norm(z0) * np.linalg.norm(z1))",
        by="(z0, z1)",
    ),
    Wrong(
        "obtuse_forgotten",
        "The cosine is cut off at 0, so obtuse angles are right ones.",
        loses="spherical",
        replace="(np.clip(cosine, -1, 1))",
        by="(np.clip(cosine, 0, 1))",
    ),
    Wrong(
        "parallel_forgotten",
        "Parallel vectors are not thought of.",
        loses="parallel",
        replace="""
            angle = np.arccos(np.clip(cosine, -1, 1))
            if np.sin(angle) < 1e-4:
                return straight(z0, z1, steps)
        """,
        by="angle = np.arccos(np.clip(cosine, -1, 1))",
    ),
    Wrong(
        "scaled_straight",
        "The straight way, brought to the length of its first end.",
        loses="spherical",
        replace="return (np.sin((1 - t) * angle) * z0 + np.sin(t * angle) * z1) / np.sin(angle)",
        by="""
            way = (1 - t) * z0 + t * z1
            return way * np.linalg.norm(z0) / np.linalg.norm(way, axis=1, keepdims=True)
        """,
    ),
    Wrong(
        "straight_backwards",
        "The straight way goes from z1 to z0.",
        loses="straight",
        replace="(1 - t) * z0 + t",
        by="t * z0 + (1 - t)",
    ),
]
