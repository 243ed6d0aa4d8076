"""Wrong answers to `parameters`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "hidden_missing",
        "The size of the hidden layer is not given.",
        loses="hidden_dim",
        replace='"hidden_dim": 128,',
    ),
    Wrong(
        "hidden_not_whole",
        "The size of the hidden layer is not a whole number.",
        loses="hidden_dim",
        replace='"hidden_dim": 128',
        by='"hidden_dim": 784 / 6',
    ),
    Wrong(
        "latent_as_large_as_image",
        "The latent vector is as large as an image.",
        loses="latent_dim",
        replace='"latent_dim": 64',
        by='"latent_dim": 784',
    ),
    Wrong(
        "shape_for_image",
        "Gives the shape of an image for its number of pixels.",
        loses="image_dim",
        replace='"image_dim": 28 * 28',
        by='"image_dim": (28, 28)',
    ),
    Wrong(
        "side_for_image",
        "Takes the side of an image for its number of pixels.",
        loses="image_dim",
        replace='"image_dim": 28 * 28',
        by='"image_dim": 28',
    ),
    Wrong(
        "ten_decisions",
        "Lets D decide between ten digits.",
        loses="decision_dim",
        replace='"decision_dim": 1',
        by='"decision_dim": 10',
    ),
]
