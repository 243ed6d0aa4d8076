"""Does not tell the encoder what the decoder has in mind.

Loses: lstm_steps/encoder
"""

# %% solution="lstm_steps"
from keras import ops


def encoder_step(encoder, glimpse, h_dec, state):
    return encoder(ops.concatenate([glimpse, ops.zeros_like(h_dec)], axis=-1), state)


def decoder_step(decoder, z, state):
    return decoder(z, state)
