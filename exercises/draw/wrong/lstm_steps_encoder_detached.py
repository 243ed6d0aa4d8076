"""The encoder sees the decoder's state, but no gradient passes back.

Loses: lstm_steps/decoder, lstm_steps/encoder
"""


# %% solution="lstm_steps"
def encoder_step(encoder, glimpse, h_dec, state):
    return encoder(ops.concatenate([glimpse, ops.stop_gradient(h_dec)], axis=-1), state)


def decoder_step(decoder, z, state):
    return decoder(z, [ops.stop_gradient(s) for s in state])
