"""Trains VGG16 with average poolings on CIFAR-10 and writes its weights as float16.

32x32x3 in -1..1 -> five stages of conv 3x3, batch norm, ReLU with 2x64, 2x128, 3x256, 3x512 and 3x512 filters, each ended by average
pooling 2x2 -> dense 256, ReLU -> dense 256, ReLU -> dense 10 (logits).

The network as it is trained goes to --out after every epoch. Beside it come, at the end, weights.npz, batch norms folded; saved_model,
which make.py makes of it; and metrics.json, of that SavedModel.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import cifar10
import make
import numpy as np
from keras import layers

EPSILON = 1e-5


def normalised(x, filters, name):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
    return layers.BatchNormalization(momentum=0.95, epsilon=EPSILON, name=f"{name}_bn")(x)


def build(size=None):
    return make.build(size, normalised)


def fold(model):
    """Names and values of the variables of the network without batch norms."""
    weights = {}
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            scale = gamma / np.sqrt(variance + EPSILON)
            convolution = layer.name.removesuffix("_bn")
            weights[f"{convolution}/kernel"] *= scale
            weights[f"{convolution}/bias"] = beta - mean * scale
        else:
            weights |= {f"{layer.name}/{variable.name}": variable.numpy() for variable in layer.weights}
    return weights


def publish(model, out):
    """Writes weights.npz beside the trained network, and the SavedModel of them, whose folder it returns."""
    weights = {name: value.astype(np.float16) for name, value in fold(model).items()}
    np.savez_compressed(out.with_name("weights.npz"), **weights)
    folder = out.with_name("saved_model")
    make.make(list(weights.values()), folder)
    return folder


if __name__ == "__main__":
    cifar10.main(__doc__, HERE, build, publish, out=HERE / "trained", crops=[24] * 5 + [32], learning_rate=0.1)
