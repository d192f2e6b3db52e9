"""How sample models are exported, and what their trainings do with what they have exported."""

import os
import platform
import shutil

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf


class Served(tf.Module):
    """What a SavedModel holds of a network: one function, and each variable once (model.export writes them twice)."""

    def __init__(self, model):
        super().__init__()
        self.values = [variable.value for variable in model.variables]
        (image,), (output,) = model.inputs, model.output_names
        specs = [tf.TensorSpec(image.shape, tf.float32, name=image.name)]
        self.serve = tf.function(lambda x: {output: model(x, training=False)}, input_signature=specs)


def save(model, out):
    """Writes the SavedModel, which is whole at any moment."""
    fresh, old = out.with_name(out.name + ".new"), out.with_name(out.name + ".old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    served = Served(model)
    tf.saved_model.save(served, str(fresh), signatures={"serving_default": served.serve})
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def logits(folder, images, batch=1000):
    """Logits computed by the SavedModel itself, as any other reader of it would see it."""
    signature = tf.saved_model.load(str(folder)).signatures["serving_default"]
    (input_name,) = signature.structured_input_signature[1]
    parts = []
    for i in range(0, len(images), batch):
        (logits,) = signature(**{input_name: tf.constant(images[i : i + batch])}).values()
        parts.append(logits.numpy())
    return np.concatenate(parts)


def versions():
    """What a training ran on, for its metrics.json."""
    return {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }
