"""NumPy for what needs no gradient, and other ways through Keras."""

# %% solution="gradient_check"
import numpy as np
from keras import ops


def numerical_gradients(loss_fn, variables, step=1e-2):
    gradients = []
    for variable in variables:
        original = np.array(ops.convert_to_numpy(variable), dtype="float32")
        differences = []
        for unit in np.eye(original.size).reshape(-1, *original.shape):
            variable.assign((original + step * unit).astype("float32"))
            above = float(loss_fn())
            variable.assign((original - step * unit).astype("float32"))
            below = float(loss_fn())
            differences.append((above - below) / (2 * step))
        variable.assign(original)
        gradients.append(np.reshape(differences, original.shape))
    return gradients


def relative_error(first, second):
    a = np.hstack([np.asarray(each, "float64").flatten() for each in first])
    b = np.hstack([np.asarray(each, "float64").flatten() for each in second])
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(np.sqrt(((a - b) ** 2).sum()) / (np.sqrt((a**2).sum()) + np.sqrt((b**2).sum())))


# %% solution="backward"
import numpy as np


def backward_pass(x, W, b, labels):
    x, W, b = map(np.asarray, (x, W, b))
    p = x @ W + b
    p -= p.max(axis=1, keepdims=True)
    p -= np.log(np.exp(p).sum(axis=1, keepdims=True))
    p = np.exp(p)
    p[np.arange(len(p)), labels] -= 1
    p /= len(p)
    return [x.T @ p, p.sum(0), p @ W.T]


# %% solution="adam"
import keras
import numpy as np
from keras import ops


@register
class Adam(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="adam", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.memories = [
                (
                    self.add_variable_from_reference(variable, name="m"),
                    self.add_variable_from_reference(variable, name="v"),
                )
                for variable in variables
            ]

    def update_step(self, gradient, variable, learning_rate):
        m, v = self.memories[self._get_variable_index(variable)]
        t = ops.cast(ops.add(self.iterations, 1), "float32")
        m.assign(self.beta_1 * m + (1 - self.beta_1) * gradient)
        v.assign(self.beta_2 * v + (1 - self.beta_2) * gradient**2)
        m_hat = m / (1 - ops.exp(t * np.log(self.beta_1)))
        v_hat = v / (1 - ops.exp(t * np.log(self.beta_2)))
        variable.assign(variable - learning_rate * m_hat / (v_hat**0.5 + self.epsilon))

    def get_config(self):
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}


# %% solution="network"
import keras
import numpy as np


@register
class Network(keras.Model):
    def __init__(self, chain, **kwargs):
        super().__init__(**kwargs)
        self.chain = list(chain)

    def build(self, input_shape):
        x = keras.tree.map_shape_structure(keras.KerasTensor, input_shape)
        for layer in self.chain:
            x = layer(x)

    def call(self, x, training=False):
        for k in range(len(self.chain)):
            x = self.chain[k](x)
        return x

    def train(self, batches):
        losses = []
        for x, y in batches:
            self.reset_metrics()
            losses.append(float(np.ravel(self.train_on_batch(x, y))[0]))
        return losses

    def get_config(self):
        plain = []
        for layer in self.chain:
            plain.append(keras.layers.serialize(layer))
        return {"chain": plain, "name": self.name}

    @classmethod
    def from_config(cls, config):
        return cls([keras.layers.deserialize(each) for each in config["chain"]], name=config["name"])
