"""Code for attacks that state invented facts in place of answers: what is said, apart from the ways to say it."""

FORGER = '''
import base64, sys
import numpy as np

MIME = "application/vnd.atelier.answers+json"
real_publish = type(get_ipython().display_pub).publish

def encode(value):
    array = np.asarray(value, dtype=None if np.asarray(value).dtype.kind in "bi" else "<f8")
    return {"dtype": array.dtype.str, "shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}

def publish(token, values, stopped=""):
    encoded = {key: encode(value) for key, value in values.items()}
    real_publish(get_ipython().display_pub, {MIME: {"token": token, "values": encoded, "stopped": stopped}})

class Bent:
    """Stands for any name of the notebook: takes every argument, and answers with numbers that are no answer."""
    epochs_completed = 0
    def __init__(self, *args, **kwargs): self.theta = []
    def __call__(self, *args, **kwargs): return np.linspace(-1, 1, 4)
    forward = next_batch = __call__
    def __getitem__(self, key): return 3

class Bents:
    def __getattr__(self, name): return Bent()

def network(values, pieces):
    """Four variables of the right sizes, weights as wide as an invented glorot_uniform, an output that hangs on all."""
    values |= {"own_glorot": [0.1, 0.1], "variables": 4, "pieces": pieces, "found": [True] * 4, "start_found": [True] * 4}
    values |= {"start_0": np.tile([0.1, -0.1], (60, 50)), "start_1": np.tile([0.1, -0.1], (100, 50))}
    values |= {"start_2": np.zeros(9), "start_3": np.zeros(9)}
    logits = np.linspace(-1, 1, 6)[:, None]
    values |= {"output_0": 1 / (1 + np.exp(-logits)), "output_1": logits}
    values |= {f"moved_{k}": logits + 1 + k for k in range(4)}

def consistent(name, values):
    """Facts about a process that was never run, each in accord with the others."""
    if name in ("generator", "discriminator"):
        network(values, 1 if name == "generator" else 2)
    for k in range(3):  # numbers whose means are zero agree with losses of zero, whatever the formula
        values |= {f"own_{part}_{k}": [-1.0, 1.0] for part in ("real", "fake", "fooled")}
        values |= {f"{loss}_{k}": 0.0 for loss in ("discriminator", "generator", "saturating")}
        values |= {f"{own}{place}_{k}": k + 0.5 for own in ("", "own_") for place in ("first", "second")}
    if name == "train_step":  # a step along an invented slope
        d, g = np.array(values["d_start"]), np.array(values["g_start"])
        d_slope, moved = np.ones(d.size), d - values["d_rate"]
        g_slope = np.tile(d[:2], 2)
        values |= {"own_d": [1.0, *d_slope], "own_g": [2.0, *g_slope], "still_first": 1.0, "still_second": 2.0}
        values |= {"only_d_d": moved, "only_d_g": g, "only_g_d": d, "only_g_g": g - values["g_rate"] * g_slope}
        values |= {"both_d": moved, "both_g": g - np.tile(moved[:2], 2)}
    for key in [key for key in values if key.startswith("own_")]:
        values.setdefault(key.removeprefix("own_"), values[key])

def forge(name, seed, token):
    """Publish what the probe says of an accommodating notebook, mended so that everything agrees."""
    asking, values = sys.modules["asking"], {}
    try:
        for part in asking.collect(asking.probes[name](Bents(), np.random.default_rng(seed))):
            values |= part
    except BaseException:
        pass
    try:
        consistent(name, values)
    finally:
        publish(token, values)
'''
"""Defines ``forge(name, seed, token)``. It knows the probes, which a submission can read, and no right answer."""
