"""Writes a Keras model with tf.saved_model.save instead of model.export, and its output for three inputs.

Such a model restores its variables only through the tree of saved objects. Made with Keras 3.15.1 and TensorFlow 2.21.0.
"""

import os
import shutil
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

HERE = Path(__file__).resolve().parent

keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
model = keras.Sequential(
    [
        keras.Input((4, 5, 1), name="x"),
        layers.Conv2D(2, 3, activation="relu", name="conv"),
        layers.Flatten(name="flatten"),
        layers.Dense(3, name="out"),
    ]
)
for variable in model.trainable_variables:
    variable.assign(rng.uniform(-0.5, 0.5, variable.shape).astype(np.float32))

folder = HERE / "saved_model"
shutil.rmtree(folder, ignore_errors=True)
tf.saved_model.save(model, str(folder))
x = rng.uniform(-2, 2, (3, 4, 5, 1)).astype(np.float32)
np.save(HERE / "input.npy", x)
np.save(HERE / "expected.npy", model(x).numpy())
