"""Wrong answers to `d_step`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "arguments_swapped",
        "Passes fakes as real.",
        loses="step, returned",
        replace="d.forward(real), d.forward(fake)",
        by="d.forward(fake), d.forward(real)",
    ),
    Wrong(
        "by_hand",
        "Subtracts the gradient times the rate, whatever the optimizer is.",
        loses="step",
        replace="d_optimizer.apply(gradients, d.theta)",
        by="""
            for variable, gradient in zip(d.theta, gradients):
                variable.assign_sub(d_optimizer.learning_rate * gradient)
        """,
    ),
    Wrong(
        "loss_from_after",
        "Returns the loss from after the step.",
        loses="returned",
        replace="return loss",
        by="return discriminator_loss(d.forward(real), d.forward(fake))",
    ),
    Wrong(
        "returns_nothing",
        "Returns nothing.",
        loses="returned",
        replace="return loss",
    ),
    Wrong(
        "returns_python_number",
        "Turns the loss into a Python number, which a compiled step cannot do.",
        loses="returned",
        replace="return loss",
        by="return float(loss)",
    ),
    Wrong(
        "twice",
        "Takes the step twice.",
        loses="step",
        replace="d_optimizer.apply(gradients, d.theta)",
        by="""
            d_optimizer.apply(gradients, d.theta)
            d_optimizer.apply(gradients, d.theta)
        """,
    ),
    Wrong(
        "uphill",
        "Turns the gradients round.",
        loses="step",
        replace="apply(gradients, d.theta)",
        by="apply([-gradient for gradient in gradients], d.theta)",
    ),
    Wrong(
        "weights_only",
        "Moves weights and no bias.",
        loses="step",
        replace="apply(gradients, d.theta)",
        by="apply(gradients[:1], d.theta[:1])",
    ),
]
