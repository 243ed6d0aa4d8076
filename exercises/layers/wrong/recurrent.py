"""Wrong answers to `recurrent`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "The tanh is NumPy's, through which no gradient passes.",
        loses="step",
        replace="h = ops",
        by="h = np",
    ),
    Wrong(
        "mask_by_all",
        "One zero makes a step of filling.",
        loses="mask",
        replace="ops.any",
        by="ops.all",
    ),
    Wrong(
        "mask_by_numpy",
        "The mask is NumPy's, which compiled code cannot use.",
        loses="mask",
        replace="ops.any(ops.not_equal(x, 0.0), axis=-1)",
        by="np.any(np.not_equal(x, 0.0), axis=-1)",
    ),
    Wrong(
        "mask_by_sum",
        "Features that sum to zero count as filling.",
        loses="mask",
        replace="any(ops.not_equal(x, 0.0), axis=-1)",
        by="not_equal(ops.sum(x, axis=-1), 0.0)",
    ),
    Wrong(
        "mask_of_features",
        "A mask for each feature.",
        loses="mask",
        replace="any(ops.not_equal(x, 0.0), axis=-1)",
        by="not_equal(x, 0.0)",
    ),
    Wrong(
        "mask_of_positive",
        "Negative numbers count as filling.",
        loses="mask",
        replace="ops.not_equal(x, 0.0)",
        by="x > 0",
    ),
    Wrong(
        "mask_of_small_ones",
        "Steps of small numbers are taken for filling.",
        loses="mask",
        replace="not_equal(x, 0.0)",
        by="abs(x) > 1e-3",
    ),
    Wrong(
        "memory_forgotten",
        "The state is not looked at.",
        loses="step",
        replace="+ ops.matmul(states[0], self.U) +",
        by="+",
    ),
    Wrong(
        "no_activation",
        "A linear step.",
        loses="step",
        replace="= ops.tanh",
        by="=",
    ),
    Wrong(
        "old_state_handed_on",
        "The next step gets the h that this one got.",
        loses="state",
        replace="return h, [h]",
        by="return h, [states[0]]",
    ),
    Wrong(
        "parts_used_wrongly",
        "The notebook's own tanh is used, but before the bias is added.",
        loses="step",
        replace="ops.tanh(ops.matmul(x, self.W) + ops.matmul(states[0], self.U) + self.b)",
        by="Tanh()(ops.matmul(x, self.W) + ops.matmul(states[0], self.U)) + self.b",
    ),
    Wrong(
        "recurrent_weights_across",
        "U is used transposed.",
        loses="step",
        replace="(ops.matmul(x, self.W) + ops.matmul(states[0], self.U) + self.b)",
        by="(ops.matmul(x, self.W) + ops.matmul(states[0], ops.transpose(self.U)) + self.b)",
    ),
    Wrong(
        "recurrent_weights_glorot",
        "U does not start orthogonal.",
        loses="start",
        replace='"orthogonal"',
        by='"glorot_uniform"',
    ),
    Wrong(
        "weights_not_learnt",
        "Training may not change the recurrent weights.",
        loses="step",
        replace='name="U"',
        by='trainable=False, name="U"',
    ),
]
