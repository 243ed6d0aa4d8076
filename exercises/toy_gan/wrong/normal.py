"""Wrong answers to `normal`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "covariance_for_root",
        "Multiplies with the covariance itself.",
        loses="covariance",
        replace="""
            root = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))  # (n, n), root @ root.T = covariance
            return np.asarray(mean) + z @ root.T  # (batch, n)
        """,
        by="return mean + z @ covariance",
    ),
    Wrong(
        "standard_deviations_only",
        "Scales every coordinate by itself.",
        loses="covariance",
        replace="""
            root = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))  # (n, n), root @ root.T = covariance
            return np.asarray(mean) + z @ root.T  # (batch, n)
        """,
        by="return mean + z * np.sqrt(np.diag(covariance))",
    ),
    Wrong(
        "mean_forgotten",
        "Leaves the mean out.",
        loses="mean",
        replace="""
            root = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))  # (n, n), root @ root.T = covariance
            return np.asarray(mean) + z @ root.T  # (batch, n)
        """,
        by="return z @ np.linalg.cholesky(covariance).T",
    ),
    Wrong(
        "mean_multiplied",
        "Adds the mean before the root.",
        loses="mean",
        replace="""
            root = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))  # (n, n), root @ root.T = covariance
            return np.asarray(mean) + z @ root.T  # (batch, n)
        """,
        by="return (z + mean) @ np.linalg.cholesky(covariance).T",
    ),
    Wrong(
        "noise_not_used",
        "Draws samples of its own.",
        loses="mean, covariance, rows",
        replace="""
            root = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))  # (n, n), root @ root.T = covariance
            return np.asarray(mean) + z @ root.T  # (batch, n)
        """,
        by="return np.random.multivariate_normal(mean, covariance, size=len(z))",
    ),
    Wrong(
        "root_not_transposed",
        "Multiplies rows with the root as if they were columns.",
        loses="covariance",
        replace="""
            root = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))  # (n, n), root @ root.T = covariance
            return np.asarray(mean) + z @ root.T  # (batch, n)
        """,
        by="return mean + z @ np.linalg.cholesky(covariance)",
    ),
    Wrong(
        "doubled",
        "Doubles the noise, whatever mean and covariance are.",
        loses="mean, covariance, rows",
        replace="""
            root = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))  # (n, n), root @ root.T = covariance
            return np.asarray(mean) + z @ root.T  # (batch, n)
        """,
        by="return 2 * z",
    ),
]
