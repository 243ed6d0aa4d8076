"""Adds the decoder's own state to its input.

Loses: lstm_steps/decoder
"""

# %% solution="lstm_steps"
from keras import ops


def encoder_step(encoder, glimpse, h_dec, state):
    return encoder(ops.concatenate([glimpse, h_dec], axis=-1), state)


def decoder_step(decoder, z, state):
    return decoder(z + state[0], state)
