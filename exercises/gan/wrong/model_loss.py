"""Wrong answers to `model_loss`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "arguments_swapped",
        "Passes generated examples for real ones and real ones for generated.",
        loses="D_loss",
        replace="real_logits, fake_logits",
        by="fake_logits, real_logits",
    ),
    Wrong(
        "detached",
        "No gradient passes from the losses to the players.",
        loses="pair",
        replace="discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits)",
        by="float(discriminator_loss(real_logits, fake_logits)), float(generator_loss(fake_logits))",
    ),
    Wrong(
        "pair_swapped",
        "The generator's loss comes first.",
        loses="pair",
        replace="discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits)",
        by="generator_loss(fake_logits), discriminator_loss(real_logits, fake_logits)",
    ),
    Wrong(
        "probabilities_for_logits",
        "Passes probabilities where the losses want logits.",
        loses="D_loss",
        edits=[
            ("_, real_logits", "real_logits, _"),
            ("_, fake_logits", "fake_logits, _"),
        ],
    ),
    Wrong(
        "real_twice",
        "The discriminator's loss sees real examples twice and no generated ones.",
        loses="D_loss",
        replace="fake_logits), generator_loss(",
        by="real_logits), generator_loss(",
    ),
    Wrong(
        "saturating",
        "Takes the saturating loss of the generator.",
        loses="G_loss",
        replace="(fake_logits)",
        by="(fake_logits, saturating=True)",
    ),
    Wrong(
        "zero_sum",
        "The generator's loss is minus the discriminator's.",
        loses="G_loss",
        replace="generator_loss(fake_logits)",
        by="-discriminator_loss(real_logits, fake_logits)",
    ),
]
