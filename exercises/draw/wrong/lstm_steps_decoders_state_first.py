"""Puts the decoder's state before the glimpse.

Loses: lstm_steps/encoder
"""

# %% solution="lstm_steps"
from keras import ops


def encoder_step(encoder, glimpse, h_dec, state):
    return encoder(ops.concatenate([h_dec, glimpse], axis=-1), state)


def decoder_step(decoder, z, state):
    return decoder(z, state)
