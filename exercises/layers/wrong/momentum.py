"""Wrong answers to `momentum`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "momentum_ignored",
        "0.9 whatever was asked for.",
        loses="velocity",
        replace="self.momentum *",
        by="0.9 *",
    ),
    Wrong(
        "moved_before_the_velocity",
        "The variable moves by the velocity of the step before.",
        loses="first step",
        edits=[
            (
                "velocity = self.velocities[self._get_variable_index(variable)]  # the variable's shape",
                """
                velocity = self.velocities[self._get_variable_index(variable)]
                self.assign_add(variable, velocity)
            """,
            ),
            (
                """
                self.assign(velocity, self.momentum * velocity - learning_rate * gradient)
                self.assign_add(variable, velocity)
            """,
                "self.assign(velocity, self.momentum * velocity - learning_rate * gradient)",
            ),
        ],
    ),
    Wrong(
        "nesterov",
        "Nesterov's momentum, which looks ahead.",
        loses="first step, velocity",
        replace="(variable, velocity)",
        by="(variable, self.momentum * velocity - learning_rate * gradient)",
    ),
    Wrong(
        "one_velocity_for_all",
        "All variables share the first one's velocity.",
        loses="own memory",
        replace="self._get_variable_index(variable)",
        by="0",
    ),
    Wrong(
        "plain_descent",
        "No velocity.",
        loses="velocity, own memory",
        replace="""
            self.assign(velocity, self.momentum * velocity - learning_rate * gradient)
            self.assign_add(variable, velocity)
        """,
        by="self.assign_sub(variable, learning_rate * gradient)",
    ),
    Wrong(
        "running_mean",
        "A running mean of the gradients, which starts slowly.",
        loses="first step",
        replace="velocity -",
        by="velocity - (1 - self.momentum) *",
    ),
    Wrong(
        "uphill",
        "Along the gradient, not against it.",
        loses="first step",
        replace="velocity -",
        by="velocity +",
    ),
    Wrong(
        "velocity_by_numpy",
        "NumPy keeps the velocities, which stops in a compiled step.",
        loses="velocity",
        edits=[
            (
                'self.velocities = self.add_optimizer_variables(variables, "velocity")',
                "self.velocities = [np.zeros(variable.shape, np.float32) for variable in variables]",
            ),
            (
                """
                velocity = self.velocities[self._get_variable_index(variable)]  # the variable's shape
                self.assign(velocity, self.momentum * velocity - learning_rate * gradient)
                self.assign_add(variable, velocity)
            """,
                """
                index = self._get_variable_index(variable)
                step = float(learning_rate) * np.asarray(gradient)
                self.velocities[index] = self.momentum * self.velocities[index] - step
                self.assign_add(variable, self.velocities[index])
            """,
            ),
        ],
    ),
    Wrong(
        "velocity_in_python",
        "The velocity is an attribute of Python, which compiled steps do not move on.",
        loses="velocity",
        edits=[
            (
                "self.momentum = momentum",
                """
                self.momentum = momentum
                self.memory = {}
            """,
            ),
            (
                """
                velocity = self.velocities[self._get_variable_index(variable)]  # the variable's shape
                self.assign(velocity, self.momentum * velocity - learning_rate * gradient)
                self.assign_add(variable, velocity)
            """,
                """
                index = self._get_variable_index(variable)
                old = self.memory.get(index, 0.0)
                new = self.momentum * old - learning_rate * gradient
                self.assign_add(variable, new)
                if not hasattr(gradient, "graph"):
                    self.memory[index] = new
            """,
            ),
        ],
    ),
    Wrong(
        "gradient_itself",
        "Subtracts the gradient as it is: no rate, and no velocity.",
        loses="first step, velocity, own memory",
        replace="""
            velocity = self.velocities[self._get_variable_index(variable)]  # the variable's shape
            self.assign(velocity, self.momentum * velocity - learning_rate * gradient)
            self.assign_add(variable, velocity)
        """,
        by="self.assign_sub(variable, gradient)",
    ),
]
