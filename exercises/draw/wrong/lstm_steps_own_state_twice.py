"""Hands the encoder its own state in place of the decoder's.

Loses: lstm_steps/encoder
"""

# %% solution="lstm_steps"
from keras import ops


def encoder_step(encoder, glimpse, h_dec, state):
    return encoder(ops.concatenate([glimpse, state[0]], axis=-1), state)


def decoder_step(decoder, z, state):
    return decoder(z, state)
