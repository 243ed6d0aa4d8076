"""Code for attacks that state invented facts in place of answers: what is said, apart from the ways to say it."""

FORGER = '''
import base64, sys
import numpy as np

channel = get_ipython().channel
send_json = channel.send_json

def encode(value):
    array = np.asarray(value, dtype=None if np.asarray(value).dtype.kind in "bi" else "<f8")
    return {"dtype": array.dtype.str, "shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}

def publish(token, values, stopped=""):
    encoded = {key: encode(value) for key, value in values.items()}
    send_json(b"a", {"token": token, "values": encoded, "stopped": stopped})

class Bent:
    """Stands for any name of the notebook: takes every argument, and answers with numbers that are no answer."""
    epochs_completed = 0
    def __init__(self, *args, **kwargs): self.theta = []
    def __call__(self, *args, **kwargs): return np.linspace(-1, 1, 4)
    forward = next_batch = __call__
    def __getitem__(self, key): return 3

class Bents:
    def __getattr__(self, name): return Bent()

WAYS = ("", "given_")  # asked as the notebook is, and with something known in another part's place

def network(values, pieces):
    """Four variables of the right sizes, weights of an invented width, an output that hangs on all."""
    values |= {"variables": 4, "pieces": pieces, "found": [True] * 4}
    for way in (*WAYS, "wide_"):
        inputs, hidden, outputs = map(int, values["wide_sizes" if way == "wide_" else "sizes"])
        for k, shape in enumerate([(inputs, hidden), (hidden, outputs)]):
            values[f"{way}start_{k}"] = np.resize([0.1, -0.1, 0.05], shape)
        values |= {f"{way}start_2": np.zeros(hidden), f"{way}start_3": np.zeros(outputs), f"{way}start_found": [True] * 4}
    logits = np.linspace(-1, 1, 6 * values["W2"].shape[1]).reshape(6, -1)
    images = 1 / (1 + np.exp(-logits))
    values |= {"output_0": images, "output_1": logits}
    last = images if pieces == 1 else logits
    values |= {f"moved_{k}": last * (1 + k) / 5 for k in range(4)}

def consistent(name, values):
    """Facts about a process that was never run, each in accord with the others."""
    if name in ("generator", "discriminator"):
        network(values, 1 if name == "generator" else 2)
    for way in WAYS:
        for k in range(3):
            values |= {f"{way}{loss}_{k}": 0.0 for loss in ("discriminator", "generator", "saturating")}
            values |= {f"{way}{place}_{k}": k + 0.5 for place in ("first", "second")}
        if name == "train_step":  # each player goes where nobody else does, G along the new D
            d, g = np.array(values[way + "d_start"]), np.array(values[way + "g_start"])
            moved = d - 0.3
            values |= {way + "still_first": 1.0, way + "still_second": 2.0}
            values |= {way + "only_d_d": moved, way + "only_d_g": g, way + "only_g_d": d, way + "only_g_g": g - np.tile(d[:2], 2)}
            values |= {way + "both_d": moved, way + "both_g": g - np.tile(moved[:2], 2)}

def forge(name, seed, token):
    """Publish what the probe says of an accommodating notebook, mended so that everything agrees."""
    asking, values = sys.modules["autograder.inside.asking"], {}
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
