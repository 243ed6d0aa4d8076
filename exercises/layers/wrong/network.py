"""Wrong answers to `network`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "backwards",
        "The last layer comes first.",
        loses="chain",
        replace='''
            def call(self, x, training=False):
                """Pass x through all layers, one after the other."""
                ### BEGIN SOLUTION
                for layer in self.chain:
        ''',
        by="""
            def call(self, x, training=False):
                for layer in reversed(self.chain):
        """,
    ),
    Wrong(
        "config_only_names",
        "The configuration has the names of the layers, from which no layer can be made.",
        loses="configuration",
        replace="keras.saving.serialize_keras_object(each)",
        by="each.name",
    ),
    Wrong(
        "config_without_chain",
        "The layers are not in the configuration.",
        loses="configuration, saved",
        edits=[
            ('(), "chain": [keras.saving.serialize_keras_object(each) for each in self.chain]}', "()}"),
            (
                """
                chain = [keras.saving.deserialize_keras_object(each) for each in config["chain"]]
                return cls(**{**config, "chain": chain})
            """,
                "return cls([], **config)",
            ),
        ],
    ),
    Wrong(
        "dictionaries_for_layers",
        "The configuration is not translated back.",
        loses="saved",
        replace="""
            chain = [keras.saving.deserialize_keras_object(each) for each in config["chain"]]
            return cls(**{**config, "chain": chain})
        """,
        by="return cls(**config)",
    ),
    Wrong(
        "first_layer_only",
        "The loop returns too early.",
        loses="chain",
        replace="""
            for layer in self.chain:
                x = layer(x, training=training)  # (batch, ...), a shape of its own after each layer
            return x
        """,
        by="""
            for layer in self.chain:
                x = layer(x, training=training)
                return x
        """,
    ),
    Wrong(
        "last_layer_only",
        "Every layer gets the input of the network.",
        loses="chain",
        edits=[
            ("x = layer(x, training=training)", "y = layer(x, training=training)"),
            ("return x", "return y"),
        ],
    ),
    Wrong(
        "layers_in_the_config",
        "The layers themselves are in the configuration.",
        loses="configuration, saved",
        edits=[
            ("[keras.saving.serialize_keras_object(each) for each in self.chain]", "self.chain"),
            (
                """
                chain = [keras.saving.deserialize_keras_object(each) for each in config["chain"]]
                return cls(**{**config, "chain": chain})
            """,
                "return cls(**config)",
            ),
        ],
    ),
    Wrong(
        "never_in_training",
        "Layers are always told that training is over.",
        loses="training",
        replace="=training",
        by="=False",
    ),
]
