"""Wrong answers to `features`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "distances_of_one_at_least",
        "Distances below 1 become 1.",
        loses="triangle",
        replace="(np.maximum(squares, 0))",
        by="(np.maximum(squares, 1))",
    ),
    Wrong(
        "error_rate",
        "The error rate is returned.",
        loses="classifier",
        replace="return model",
        by="return 1 - model",
    ),
    Wrong(
        "hard_assignment",
        "Each patch belongs to its nearest centre only.",
        loses="triangle",
        replace="np.maximum(distances.mean(axis=1, keepdims=True) - distances, 0)",
        by="(distances == distances.min(axis=1, keepdims=True)).astype(float)",
    ),
    Wrong(
        "last_layer_only",
        "Only the maps of the last layer are used.",
        loses="pooled",
        replace="(np.asarray, maps):",
        by="(np.asarray, maps[-1:]):",
    ),
    Wrong(
        "mean_pooling",
        "Means in place of maxima.",
        loses="pooled",
        replace="fields.max",
        by="fields.mean",
    ),
    Wrong(
        "negative_kept",
        "Distances beyond the mean are kept as negative features.",
        loses="triangle",
        replace="np.maximum(distances.mean(axis=1, keepdims=True) - distances, 0)",
        by="distances.mean(axis=1, keepdims=True) - distances",
    ),
    Wrong(
        "not_centred",
        "The features are divided by their standard deviation, but keep their mean.",
        loses="classifier",
        replace="), LinearSVC(",
        by="with_mean=False), LinearSVC(",
    ),
    Wrong(
        "not_standardised",
        "Features are not standardised.",
        loses="classifier",
        replace="make_pipeline(StandardScaler(), LinearSVC(C=0.01))",
        by="LinearSVC(C=0.01)",
    ),
    Wrong(
        "pixels_mixed",
        "Fields are cut along the wrong axes.",
        loses="pooled",
        edits=[
            ("4, side // 4, 4, side //", "side // 4, 4, side // 4,"),
            ("(fields.max(axis=(2, 4)).reshape(n, 16 * f))", "(fields.max(axis=(1, 3)).reshape(n, 16 * f))"),
        ],
    ),
    Wrong(
        "root_of_negatives",
        "Rounding takes some squares below zero, and they have no root.",
        loses="triangle",
        replace="np.maximum(squares, 0)",
        by="squares",
    ),
    Wrong(
        "scaler_of_all_rows",
        "Everything is standardised by training and test examples together.",
        loses="classifier",
        replace="""
            model = make_pipeline(StandardScaler(), LinearSVC(C=0.01)).fit(rows, labels)
            return model.score(test_rows, test_labels)
        """,
        by="""
            scaler = StandardScaler().fit(np.concatenate([rows, test_rows]))
            model = LinearSVC(C=0.01).fit(scaler.transform(rows), labels)
            return model.score(scaler.transform(test_rows), test_labels)
        """,
    ),
    Wrong(
        "scaler_of_test_rows",
        "Everything is standardised by the test examples.",
        loses="classifier",
        replace="""
            model = make_pipeline(StandardScaler(), LinearSVC(C=0.01)).fit(rows, labels)
            return model.score(test_rows, test_labels)
        """,
        by="""
            scaler = StandardScaler().fit(test_rows)
            model = LinearSVC(C=0.01).fit(scaler.transform(rows), labels)
            return model.score(scaler.transform(test_rows), test_labels)
        """,
    ),
    Wrong(
        "squared_distances",
        "Squared distances are compared.",
        loses="triangle",
        replace="sqrt(np.maximum(squares, 0))",
        by="maximum(squares, 0)",
    ),
    Wrong(
        "test_by_itself",
        "The test examples are standardised by themselves.",
        loses="classifier",
        edits=[
            (
                "make_pipeline(StandardScaler(), LinearSVC(C=0.01)).fit(rows, labels)",
                "LinearSVC(C=0.01).fit(StandardScaler().fit_transform(rows), labels)",
            ),
            ("(test_rows, test_labels)", "(StandardScaler().fit_transform(test_rows), test_labels)"),
        ],
    ),
    Wrong(
        "training_accuracy",
        "The accuracy on the training set is returned.",
        loses="classifier",
        replace="(test_rows, test_labels)",
        by="(rows, labels)",
    ),
]
