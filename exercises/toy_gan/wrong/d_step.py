"""Wrong answers to `d_step`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "arguments_swapped",
        "Passes fakes as real.",
        loses="step, returned",
        cell="""
            from util import training


            def discriminator_step(real, fake, d, d_optimizer):
                loss, gradients = training.gradients(lambda: discriminator_loss(d.forward(fake), d.forward(real)), d.theta)
                d_optimizer.apply(gradients, d.theta)
                return loss
        """,
    ),
    Wrong(
        "by_hand",
        "Subtracts the gradient times the rate, whatever the optimizer is.",
        loses="step",
        cell="""
            from util import training


            def discriminator_step(real, fake, d, d_optimizer):
                loss, gradients = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
                for variable, gradient in zip(d.theta, gradients):
                    variable.assign_sub(d_optimizer.learning_rate * gradient)
                return loss
        """,
    ),
    Wrong(
        "loss_from_after",
        "Returns the loss from after the step.",
        loses="returned",
        cell="""
            from util import training


            def discriminator_step(real, fake, d, d_optimizer):
                loss, gradients = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
                d_optimizer.apply(gradients, d.theta)
                return discriminator_loss(d.forward(real), d.forward(fake))
        """,
    ),
    Wrong(
        "returns_nothing",
        "Returns nothing.",
        loses="returned",
        cell="""
            from util import training


            def discriminator_step(real, fake, d, d_optimizer):
                loss, gradients = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
                d_optimizer.apply(gradients, d.theta)
        """,
    ),
    Wrong(
        "returns_python_number",
        "Turns the loss into a Python number, which a compiled step cannot do.",
        loses="returned",
        cell="""
            from util import training


            def discriminator_step(real, fake, d, d_optimizer):
                loss, gradients = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
                d_optimizer.apply(gradients, d.theta)
                return float(loss)
        """,
    ),
    Wrong(
        "twice",
        "Takes the step twice.",
        loses="step",
        cell="""
            from util import training


            def discriminator_step(real, fake, d, d_optimizer):
                loss, gradients = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
                d_optimizer.apply(gradients, d.theta)
                d_optimizer.apply(gradients, d.theta)
                return loss
        """,
    ),
    Wrong(
        "uphill",
        "Turns the gradients round.",
        loses="step",
        cell="""
            from util import training


            def discriminator_step(real, fake, d, d_optimizer):
                loss, gradients = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
                d_optimizer.apply([-gradient for gradient in gradients], d.theta)
                return loss
        """,
    ),
    Wrong(
        "weights_only",
        "Moves weights and no bias.",
        loses="step",
        cell="""
            from util import training


            def discriminator_step(real, fake, d, d_optimizer):
                loss, gradients = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
                d_optimizer.apply(gradients[:1], d.theta[:1])
                return loss
        """,
    ),
]
