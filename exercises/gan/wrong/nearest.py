"""Wrong answers to `nearest`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "all_lengths_together",
        "The squares of all images are added up to one number.",
        loses="Euclidean",
        replace="sum(axis=1)",
        by="sum()",
    ),
    Wrong(
        "angle",
        "The nearest by angle, whatever the lengths are.",
        loses="Euclidean",
        replace="distances = lengths - 2 * samples @ images.T",
        by="distances = -samples @ (images / np.sqrt(lengths)[:, None]).T",
    ),
    Wrong(
        "brightness",
        "The differences are added up before they are squared, so that only brightness counts.",
        loses="for each sample, Euclidean",
        replace="distances = lengths - 2 * samples @ images.T",
        by="distances = (samples.sum(axis=1)[:, None] - images.sum(axis=1)) ** 2",
    ),
    Wrong(
        "distances",
        "Gives the distances in place of the indices.",
        loses="for each sample, Euclidean",
        replace="distances.argmin(axis=1)",
        by="np.sqrt(np.abs(distances.min(axis=1) + (samples**2).sum(axis=1)))",
    ),
    Wrong(
        "farthest",
        "The farthest image is taken.",
        loses="for each sample, Euclidean",
        replace="argmin",
        by="argmax",
    ),
    Wrong(
        "for_each_image",
        "For each image the nearest sample.",
        loses="for each sample, Euclidean",
        replace="argmin(axis=1)",
        by="argmin(axis=0)",
    ),
    Wrong(
        "images_themselves",
        "Gives the images in place of their indices.",
        loses="for each sample, Euclidean",
        replace="distances.argmin(axis=1)",
        by="images[distances.argmin(axis=1)]",
    ),
    Wrong(
        "inner_product",
        "The largest inner product counts as the nearest: the length of the image is left out.",
        loses="Euclidean",
        replace="distances = lengths - 2 * samples @ images.T",
        by="distances = -2 * samples @ images.T",
    ),
    Wrong(
        "largest_difference",
        "Only the pixel that differs most counts.",
        loses="Euclidean",
        replace="distances = lengths - 2 * samples @ images.T",
        by="distances = np.abs(samples[:, None] - images).max(axis=2)",
    ),
    Wrong(
        "not_itself",
        "The second nearest, as if every sample were among the images.",
        loses="for each sample, Euclidean",
        replace="argmin(axis=1)",
        by="argsort(axis=1)[:, 1]",
    ),
    Wrong(
        "one_for_all",
        "One index for all samples together.",
        loses="for each sample, Euclidean",
        replace="argmin(axis=1)",
        by="argmin()",
    ),
    Wrong(
        "product_once",
        "The product of the two is taken once, not twice.",
        loses="Euclidean",
        replace="2 * samples @ images.T",
        by="samples @ images.T",
    ),
    Wrong(
        "without_squares",
        "Absolute differences are added up, not their squares.",
        loses="Euclidean",
        replace="distances = lengths - 2 * samples @ images.T",
        by="distances = np.abs(samples[:, None] - images).sum(axis=2)",
    ),
]
