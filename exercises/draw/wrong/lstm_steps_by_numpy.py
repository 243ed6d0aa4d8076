"""Puts the inputs together with NumPy.

Loses: lstm_steps/encoder
"""


# %% solution="lstm_steps"
def encoder_step(encoder, glimpse, h_dec, state):
    return encoder(np.concatenate([glimpse, h_dec], axis=-1), state)


def decoder_step(decoder, z, state):
    return decoder(np.asarray(z), state)
