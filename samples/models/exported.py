"""What the trainings of all sample models do with what they have exported."""

import platform

import keras
import numpy as np
import tensorflow as tf


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
