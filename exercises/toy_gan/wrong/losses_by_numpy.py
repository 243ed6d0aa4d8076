"""The means are NumPy's, through which no gradient passes.

Loses: losses/discriminator
"""


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits):
    """What D minimises: small if real data get large logits and fakes small ones. Logits (n, 1), (m, 1); a scalar."""
    return np.mean(ops.softplus(-real_logits)) + np.mean(ops.softplus(fake_logits))


def generator_loss(fake_logits, kind="usual"):
    """What G minimises, of the `kind` "usual", "saturating" or "report". Logits (m, 1); a scalar."""
    if kind == "usual":
        return np.mean(ops.softplus(-fake_logits))  # -log D
    if kind == "saturating":
        return -np.mean(ops.softplus(fake_logits))  # log(1 - D)
    if kind == "report":
        return -np.mean(ops.sigmoid(fake_logits))  # -D
    raise ValueError(f"kind should be 'usual', 'saturating' or 'report', not {kind!r}")
