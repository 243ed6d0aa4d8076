"""Wrong answers to `lstm`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "batch_known",
        "The size of the batch has to be known.",
        loses="output",
        replace="i, f, g, o = ops.split(sums, 4, axis=-1)  # (batch, units) each",
        by="""
            sums = ops.reshape(sums, (x.shape[0], 4, self.units))
            i, f, g, o = (sums[:, k] for k in range(4))  # (batch, units) each
        """,
    ),
    Wrong(
        "bias_one_for_the_input",
        "The input gate starts open, not the forget gate.",
        loses="start",
        replace="0.0, 1.0",
        by="1.0, 0.0",
    ),
    Wrong(
        "by_numpy",
        "The tanh of the new c is NumPy's, so that the output's gradient sees the gate alone.",
        loses="output",
        replace="ops.sigmoid(o) * ops",
        by="np.asarray(ops.sigmoid(o)) * np",
    ),
    Wrong(
        "candidate_by_sigmoid",
        "The candidate goes through a sigmoid.",
        loses="carry",
        replace="i) * ops.tanh(",
        by="i) * ops.sigmoid(",
    ),
    Wrong(
        "forget_bias_zero",
        "The forget gate starts half open.",
        loses="start",
        replace="""
            self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="b")
            self.b.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))
        """,
        by='self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="b")',
    ),
    Wrong(
        "forget_gate_first",
        "Forget gate and input gate are swapped.",
        loses="carry",
        replace="i, f, g, o =",
        by="f, i, g, o =",
    ),
    Wrong(
        "forget_gate_inverted",
        "The forget gate says what is forgotten.",
        loses="carry",
        replace="ops.sigmoid(f)",
        by="(1 - ops.sigmoid(f))",
    ),
    Wrong(
        "gates_in_another_order",
        "The output gate comes third, as in other libraries.",
        loses="carry",
        replace="g, o = ops",
        by="o, g = ops",
    ),
    Wrong(
        "old_carry_shown",
        "The output comes from the carry of the step before.",
        loses="output",
        edits=[
            (
                "i, f, g, o = ops.split(sums, 4, axis=-1)  # (batch, units) each",
                """
                i, f, g, o = ops.split(sums, 4, axis=-1)
                old = c
            """,
            ),
            ("tanh(c)", "tanh(old)"),
        ],
    ),
    Wrong(
        "old_state_handed_on",
        "The next step gets the h that this one got.",
        loses="states",
        edits=[
            (
                "h, c = states",
                """
                h, c = states
                before = h
            """,
            ),
            ("return h, [h, c]", "return h, [before, c]"),
        ],
    ),
    Wrong(
        "output_without_tanh",
        "The carry is shown as it is.",
        loses="output",
        replace="ops.tanh(c)",
        by="c",
    ),
    Wrong(
        "recurrent_weights_glorot",
        "The recurrent weights start at Glorot's.",
        loses="start",
        replace='"orthogonal"',
        by='"glorot_uniform"',
    ),
    Wrong(
        "states_swapped",
        "c comes first.",
        loses="states",
        replace="return h, [h, c]",
        by="return h, [c, h]",
    ),
    Wrong(
        "gates_of_a_unit_side_by_side",
        "The gates of a unit stand side by side.",
        loses="carry",
        replace="split(sums, 4, axis=-1)",
        by="unstack(ops.reshape(sums, (-1, self.units, 4)), axis=-1)",
    ),
    Wrong(
        "output_is_the_carry",
        "The output is the carry.",
        loses="output",
        replace="return h",
        by="return c",
    ),
]
