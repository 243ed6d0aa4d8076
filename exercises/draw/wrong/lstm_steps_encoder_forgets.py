"""Returns the encoder's old state.

Loses: lstm_steps/encoder
"""

# %% solution="lstm_steps"
from keras import ops


def encoder_step(encoder, glimpse, h_dec, state):
    h, _ = encoder(ops.concatenate([glimpse, h_dec], axis=-1), state)
    return h, state


def decoder_step(decoder, z, state):
    return decoder(z, state)
