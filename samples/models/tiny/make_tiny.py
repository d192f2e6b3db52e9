"""Writes the tiny SavedModels of this folder, each with an input of three rows and TensorFlow's own output for it.

Per model: <name>/saved_model, <name>/input.npy and <name>/expected.npy (float32). They exist to test an importer of SavedModels.
"""

import argparse
import os
import shutil
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

HERE = Path(__file__).resolve().parent
SEED = 11
BATCH = 3


def with_random_weights(model, rng):
    """Every variable uniform in -0.5..0.5, biases too: a lost bias must show."""
    for variable in model.trainable_variables:
        variable.assign(rng.uniform(-0.5, 0.5, variable.shape).astype(np.float32))
    return model


def save_keras(model, folder, rng):
    with_random_weights(model, rng).export(str(folder), verbose=False)
    return "serving_default"


def variable(rng, shape, name):
    return tf.Variable(rng.uniform(-0.5, 0.5, shape).astype(np.float32), name=name)


def mlp_keras(folder, rng):
    model = keras.Sequential(
        [
            keras.Input((6,), name="x"),
            layers.Dense(8, activation="relu", name="hidden"),
            layers.Dense(4, name="out"),
        ]
    )
    return save_keras(model, folder, rng), (6,)


class Mlp(tf.Module):
    def __init__(self, rng):
        super().__init__()
        self.w1, self.b1 = variable(rng, (6, 8), "w1"), variable(rng, (8,), "b1")
        self.w2, self.b2 = variable(rng, (8, 4), "w2"), variable(rng, (4,), "b2")

    @tf.function(input_signature=[tf.TensorSpec((None, 6), tf.float32, name="x")])
    def __call__(self, x):
        hidden = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, self.w1), self.b1))
        return {"y": tf.nn.bias_add(tf.matmul(hidden, self.w2), self.b2)}


def mlp_tf_module(folder, rng):
    module = Mlp(rng)
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.__call__})
    return "serving_default", (6,)


def conv_same(folder, rng):
    """SAME padding, then VALID with a stride and no bias; height, width and channels all differ."""
    model = keras.Sequential(
        [
            keras.Input((7, 9, 2), name="x"),
            layers.Conv2D(3, (3, 4), padding="same", activation="relu", name="conv1"),
            layers.Conv2D(4, 3, strides=2, padding="valid", use_bias=False, name="conv2"),
            layers.Flatten(name="flatten"),
            layers.Dense(5, name="out"),
        ]
    )
    return save_keras(model, folder, rng), (7, 9, 2)


class Classifier(tf.Module):
    def __init__(self, rng):
        super().__init__()
        self.w1, self.b1 = variable(rng, (5, 7), "w1"), variable(rng, (7,), "b1")
        self.w2, self.b2 = variable(rng, (7, 3), "w2"), variable(rng, (3,), "b2")

    @tf.function(input_signature=[tf.TensorSpec((None, 5), tf.float32, name="features")])
    def classify(self, features):
        # The operator + makes AddV2 where bias_add makes BiasAdd.
        hidden = tf.nn.relu(tf.matmul(features, self.w1) + self.b1)
        return {"scores": tf.matmul(hidden, self.w2) + self.b2}


def named_signature(folder, rng):
    module = Classifier(rng)
    tf.saved_model.save(module, str(folder), signatures={"classify": module.classify})
    return "classify", (5,)


@keras.saving.register_keras_serializable("sotto")
class EinsumCumsum(layers.Layer):
    """Einsum with a weight, then a running sum over the middle axis."""

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], 3), name="w")

    def call(self, x):
        return tf.cumsum(tf.einsum("bij,jk->bik", x, self.w), axis=1)

    def compute_output_shape(self, shape):
        return (*shape[:-1], 3)


def unsupported(folder, rng):
    """Sigmoid, Einsum, Cumsum and Tanh, for an error message that names them all."""
    model = keras.Sequential(
        [
            keras.Input((8,), name="x"),
            layers.Dense(8, activation="sigmoid", name="hidden"),
            layers.Reshape((2, 4), name="reshape"),
            EinsumCumsum(name="einsum_cumsum"),
            layers.Activation("tanh", name="tanh"),
            layers.Flatten(name="flatten"),
            layers.Dense(4, name="out"),
        ]
    )
    return save_keras(model, folder, rng), (8,)


class Transposed(tf.Module):
    def __init__(self, rng):
        super().__init__()
        self.w1, self.b1 = variable(rng, (6, 12), "w1"), variable(rng, (6,), "b1")
        self.w2, self.b2 = variable(rng, (4, 6), "w2"), variable(rng, (4,), "b2")

    @tf.function(input_signature=[tf.TensorSpec((None, 2, 3, 2), tf.float32, name="x")])
    def __call__(self, x):
        flat = tf.reshape(x, [tf.shape(x)[0], -1])
        hidden = tf.nn.relu(tf.matmul(flat, self.w1, transpose_b=True) + self.b1)
        return {"y": tf.matmul(hidden, self.w2, transpose_b=True) + self.b2}


def transposed_matmul(folder, rng):
    module = Transposed(rng)
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.__call__})
    return "serving_default", (2, 3, 2)


def linear_linear(folder, rng):
    """Two linear layers with nothing between them, and the ReLU last."""
    model = keras.Sequential(
        [
            keras.Input((6,), name="x"),
            layers.Dense(5, name="first"),
            layers.Dense(4, name="second"),
            layers.ReLU(name="relu"),
        ]
    )
    return save_keras(model, folder, rng), (6,)


MODELS = {
    "mlp-keras": mlp_keras,
    "mlp-tf-module": mlp_tf_module,
    "conv-same": conv_same,
    "named-signature": named_signature,
    "unsupported": unsupported,
    "transposed-matmul": transposed_matmul,
    "linear-linear": linear_linear,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    out = parser.parse_args().out

    for index, (name, make) in enumerate(MODELS.items()):
        keras.utils.set_random_seed(SEED + index)
        rng = np.random.default_rng([SEED, index])
        folder = out / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        signature_name, shape = make(folder / "saved_model", rng)

        x = rng.uniform(-2, 2, (BATCH, *shape)).astype(np.float32)
        signature = tf.saved_model.load(str(folder / "saved_model")).signatures[signature_name]
        (input_name,) = signature.structured_input_signature[1]
        ((output_name, y),) = signature(**{input_name: tf.constant(x)}).items()
        np.save(folder / "input.npy", x)
        np.save(folder / "expected.npy", y.numpy())
        print(f"{name}: {signature_name}, {input_name} {x.shape} -> {output_name} {y.numpy().shape}")


if __name__ == "__main__":
    main()
