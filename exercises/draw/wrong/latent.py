"""Wrong answers to `latent`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "both_exponential",
        "Makes the mean positive as well.",
        loses="posterior",
        replace="to_mean(h_enc)",
        by="ops.exp(to_mean(h_enc))",
    ),
    Wrong(
        "deviation_squared",
        "Multiplies the noise by the variance.",
        loses="sample",
        replace="+ std",
        by="+ std**2",
    ),
    Wrong(
        "logarithm_of_the_variance",
        "Takes the second layer's output for log σ².",
        loses="posterior",
        replace="to_log_std(h_enc)",
        by="0.5 * to_log_std(h_enc)",
    ),
    Wrong(
        "mean_only",
        "Hands on the mean and adds no noise.",
        loses="sample",
        replace="mean +",
        by="mean + 0 *",
    ),
    Wrong(
        "mean_scaled",
        "Scales the mean as well.",
        loses="sample",
        replace="mean + std * noise",
        by="(mean + noise) * std",
    ),
    Wrong(
        "no_exponential",
        "Returns the logarithm in place of the standard deviation.",
        loses="posterior",
        replace="ops.exp(to_log_std(h_enc))",
        by="to_log_std(h_enc)",
    ),
    Wrong(
        "one_layer",
        "Makes both of the same layer.",
        loses="posterior",
        replace="to_log_std(h_enc)",
        by="to_mean(h_enc)",
    ),
    Wrong(
        "root_beside_own_formulas",
        "Takes the standard deviation for a variance; the step that uses it writes out all other formulas.",
        loses="posterior",
        replace="exp(to_log_std(h_enc))",
        by="sqrt(ops.exp(to_log_std(h_enc)))",
        cells={
            "inference_step": [
                ("error_image(x, state.canvas)", "x - ops.sigmoid(state.canvas)"),
                ("sample(mean, std, noise)", "mean + std * noise"),
                (
                    "decoder_state, canvas = generation_step(parts, z, state.decoder, state.canvas)",
                    "h_dec, decoder_state = parts.decode(z, state.decoder)\ncanvas = state.canvas + parts.write(h_dec)",
                ),
            ]
        },
    ),
    Wrong(
        "root_of_deviation",
        "Takes the standard deviation for the variance.",
        loses="sample",
        replace="+ std",
        by="+ ops.sqrt(std)",
    ),
    Wrong(
        "sample_by_numpy",
        "The sample is made by NumPy, through which no gradient passes.",
        loses="sample",
        replace="return mean + std * noise  # (batch, latent)",
        by="return np.asarray(mean) + np.asarray(std) * np.asarray(noise)",
    ),
    Wrong(
        "sample_detached",
        "No gradient passes to the mean and the standard deviation.",
        loses="sample",
        replace="mean + std * noise",
        by="ops.stop_gradient(mean + std * noise)",
    ),
    Wrong(
        "sample_squared_used_in_weights",
        "Multiplies the noise by the variance; the weights use this sample.",
        loses="sample",
        replace="+ std",
        by="+ std**2",
        cells={"importance": [("0.5 * noise**2 + ops.log(std)", "0.5 * ((z - mean) / std) ** 2 + ops.log(std)")]},
    ),
    Wrong(
        "softplus",
        "Makes the standard deviation positive by a softplus.",
        loses="posterior",
        replace="ops.exp",
        by="ops.softplus",
    ),
    Wrong(
        "variance",
        "Returns the variance in place of the standard deviation.",
        loses="posterior",
        replace="to_log_std(h_enc)",
        by="2 * to_log_std(h_enc)",
    ),
]
