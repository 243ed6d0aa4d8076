"""The test examples are standardised by themselves.

Loses: features/classifier
"""


# %% solution="features"
def pooled(maps):
    rows = []
    for each in map(np.asarray, maps):
        n, side, _, f = each.shape
        fields = each.reshape(n, 4, side // 4, 4, side // 4, f)
        rows.append(fields.max(axis=(2, 4)).reshape(n, 16 * f))
    return np.concatenate(rows, axis=1)


def triangle(patches, centres):
    squares = (patches**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1) - 2 * patches @ centres.T
    distances = np.sqrt(np.maximum(squares, 0))
    return np.maximum(distances.mean(axis=1, keepdims=True) - distances, 0)


def svm_accuracy(rows, labels, test_rows, test_labels):
    model = LinearSVC(C=0.01).fit(StandardScaler().fit_transform(rows), labels)
    return model.score(StandardScaler().fit_transform(test_rows), test_labels)
