"""Wrong answers to `inference_step`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "another_sample",
        "Samples from what another glimpse, without an error, would have said.",
        loses="painting",
        edits=[
            (
                """
                error = error_image(x, state.canvas)  # (batch, height, width)
                glimpse = parts.read(x, error, h_dec)  # (batch, features)
            """,
                "glimpse = parts.read(x, error_image(x, state.canvas), h_dec)",
            ),
            ("mean, std,", "*posterior(h_dec, parts.mean, parts.log_deviation),"),
        ],
    ),
    Wrong(
        "canvas_detached",
        "Stops the gradient at the canvas that is looked at.",
        loses="learnt",
        replace="(x, state.canvas)",
        by="(x, ops.stop_gradient(state.canvas))",
    ),
    Wrong(
        "deviation_detached",
        "No gradient passes from the message to the standard deviation.",
        loses="learnt",
        edits=[
            (
                """
                error = error_image(x, state.canvas)  # (batch, height, width)
                glimpse = parts.read(x, error, h_dec)  # (batch, features)
            """,
                "glimpse = parts.read(x, error_image(x, state.canvas), h_dec)",
            ),
            (
                """
                z = sample(mean, std, noise)  # (batch, latent)
                decoder_state, canvas = generation_step(parts, z, state.decoder, state.canvas)
            """,
                """
                decoder_state, canvas = generation_step(
                    parts, sample(mean, ops.stop_gradient(std), noise), state.decoder, state.canvas
                )
            """,
            ),
        ],
    ),
    Wrong(
        "deviation_for_mean",
        "Swaps mean and standard deviation of the sample.",
        loses="painting",
        replace="mean, std,",
        by="std, mean,",
    ),
    Wrong(
        "encoded_with_the_encoders_state",
        "Encodes with the encoder's own state in place of the decoder's.",
        loses="looking",
        replace="h_dec,",
        by="state.encoder[0],",
    ),
    Wrong(
        "encoder_from_the_decoders_state",
        "The encoder goes on from the decoder's state.",
        loses="states",
        replace=".encoder",
        by=".decoder",
    ),
    Wrong(
        "encoders_memory_lost",
        "Hands the encoder's h on in the place of its memory, too.",
        loses="states",
        replace="encoder_state,",
        by="[h_enc, h_enc],",
    ),
    Wrong(
        "encoders_state_for_decoders",
        "Reads where the encoder's state says.",
        loses="looking",
        replace="= state.decoder",
        by="= state.encoder",
    ),
    Wrong(
        "encoders_state_painted",
        "Hands the encoder's new state to the decoder.",
        loses="states",
        replace="state.decoder,",
        by="encoder_state,",
    ),
    Wrong(
        "error_first",
        "Hands the error in before the image.",
        loses="looking",
        replace="x, error",
        by="error, x",
    ),
    Wrong(
        "error_painted",
        "Paints onto the error image.",
        loses="painting",
        replace="(parts, z, state.decoder, state.canvas)",
        by="(parts, z, state.decoder, error)",
    ),
    Wrong(
        "fresh_canvas",
        "Paints every stroke on an empty canvas.",
        loses="painting",
        replace="(parts, z, state.decoder, state.canvas)",
        by="(parts, z, state.decoder, ops.zeros_like(state.canvas))",
    ),
    Wrong(
        "mean_by_numpy",
        "Takes the mean out of the graph.",
        loses="learnt",
        replace="mean, std,",
        by="np.asarray(mean), std,",
    ),
    Wrong(
        "mean_detached",
        "No gradient passes from the message to the mean.",
        loses="learnt",
        edits=[
            (
                """
                error = error_image(x, state.canvas)  # (batch, height, width)
                glimpse = parts.read(x, error, h_dec)  # (batch, features)
            """,
                "glimpse = parts.read(x, error_image(x, state.canvas), h_dec)",
            ),
            (
                """
                z = sample(mean, std, noise)  # (batch, latent)
                decoder_state, canvas = generation_step(parts, z, state.decoder, state.canvas)
            """,
                """
                decoder_state, canvas = generation_step(
                    parts, sample(ops.stop_gradient(mean), std, noise), state.decoder, state.canvas
                )
            """,
            ),
        ],
    ),
    Wrong(
        "mean_for_sample",
        "Sends the mean and no noise.",
        loses="painting",
        replace="z = sample(mean, std, noise)  # (batch, latent)",
        by="z = mean",
    ),
    Wrong(
        "memory_for_state",
        "Takes the decoder's memory for its state.",
        loses="looking",
        replace="decoder[0]",
        by="decoder[1]",
    ),
    Wrong(
        "message_detached",
        "Stops the gradient at the message.",
        loses="learnt",
        replace="sample(mean, std, noise)",
        by="ops.stop_gradient(sample(mean, std, noise))",
    ),
    Wrong(
        "no_error_image",
        "Reads the image in place of its error.",
        loses="looking",
        replace="error = error_image(x, state.canvas)  # (batch, height, width)",
        by="error = x",
    ),
    Wrong(
        "noise_for_sample",
        "Sends nothing but noise.",
        loses="painting",
        replace="z = sample(mean, std, noise)  # (batch, latent)",
        by="z = noise",
    ),
    Wrong(
        "old_canvas_handed_on",
        "Hands on the old canvas.",
        loses="painting",
        replace="(encoder_state, decoder_state, canvas), mean, std",
        by="(encoder_state, decoder_state, state.canvas), mean, std",
    ),
    Wrong(
        "old_encoder_handed_on",
        "Hands the encoder's old state on.",
        loses="states",
        replace="encoder_state,",
        by="state.encoder,",
    ),
    Wrong(
        "posterior_of_the_memory",
        "Mean and standard deviation of the encoder's memory.",
        loses="looking",
        replace="h_enc, parts",
        by="encoder_state[1], parts",
    ),
    Wrong(
        "posterior_of_the_old_state",
        "Mean and standard deviation of what the encoder had in mind before.",
        loses="looking",
        replace="h_enc, parts",
        by="state.encoder[0], parts",
    ),
    Wrong(
        "probabilities_handed_on",
        "Hands on the canvas's probabilities.",
        loses="painting",
        replace="(encoder_state, decoder_state, canvas), mean, std",
        by="(encoder_state, decoder_state, ops.sigmoid(canvas)), mean, std",
    ),
    Wrong(
        "read_with_the_encoders_state",
        "Reads where the encoder's state says, and encodes with the decoder's.",
        loses="looking",
        replace="(x, error, h_dec)",
        by="(x, error, state.encoder[0])",
    ),
    Wrong(
        "reading_detached",
        "No gradient passes to where it reads.",
        loses="learnt",
        edits=[
            (
                """
                error = error_image(x, state.canvas)  # (batch, height, width)
                glimpse = parts.read(x, error, h_dec)  # (batch, features)
            """,
                "glimpse = parts.read(x, error_image(x, state.canvas), ops.stop_gradient(h_dec))",
            ),
            (
                """
                z = sample(mean, std, noise)  # (batch, latent)
                decoder_state, canvas = generation_step(parts, z, state.decoder, state.canvas)
            """,
                "decoder_state, canvas = generation_step(parts, sample(mean, std, noise), state.decoder, state.canvas)",
            ),
        ],
    ),
    Wrong(
        "sum_of_everything",
        "Everything is one sum, so that everything depends on everything.",
        loses="learnt, looking, painting, states",
        cell="""
            def inference_step(parts, x, noise, state):
                t = ops.concatenate([ops.reshape(p, (-1,)) for p in (x, noise, *state.encoder, *state.decoder, state.canvas)])
                t = ops.sum(t) * ops.ones((2, 2))
                return State([t, t], [t, t], t), t, t
        """,
    ),
]
