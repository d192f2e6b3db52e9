"""Writes large networks as SavedModels, with seeded weights: what Sotto compiles and computes in them doesn't depend on training.

  make_large.py mobilefacenet | resnet50

Per model: <name>/saved_model, which git ignores; 4 pictures of 112x112x3 in -1..1, input.npy; and TensorFlow's own outputs
for them, expected.npy. Batch normalisations have the statistics of what reaches them, so activations stay near 1 through the depth.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from keras import layers as L

HERE = Path(__file__).resolve().parent
SIZE = 112
SEED = 29
PICTURES = 4

# Pictures that batch normalisations take their statistics from.
STATISTICS = 32

# What residual branches add, as training leaves it: with more, networks of random weights are chaotic, and small errors grow.
BRANCH = 0.25


def normed(x, name, scale=1.0):
    """The moving statistics are those of the last pictures seen in training."""
    return L.BatchNormalization(momentum=0, epsilon=1e-5, gamma_initializer=keras.initializers.Constant(scale), name=f"{name}_bn")(x)


def conv(x, filters, size, stride, name, scale=1.0):
    return normed(L.Conv2D(filters, size, strides=stride, padding="same", use_bias=False, name=name)(x), name, scale)


def depthwise(x, size, stride, name, padding="same"):
    return normed(L.DepthwiseConv2D(size, strides=stride, padding=padding, use_bias=False, name=name)(x), name)


def prelu(x, name):
    return L.PReLU(shared_axes=[1, 2], name=f"{name}_prelu")(x)


def mobilefacenet(x):
    """Chen et al., 2018: inverted residuals with PReLU and linear bottlenecks; an embedding of 128 numbers."""
    x = prelu(conv(x, 64, 3, 2, "conv1"), "conv1")
    x = prelu(depthwise(x, 3, 1, "conv2"), "conv2")
    for stage, (t, filters, blocks, stride) in enumerate([(2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1)], start=1):
        for block in range(1, blocks + 1):
            name, step = f"s{stage}b{block}", stride if block == 1 else 1
            y = prelu(conv(x, t * x.shape[-1], 1, 1, f"{name}_expand"), f"{name}_expand")
            y = prelu(depthwise(y, 3, step, f"{name}_depthwise"), f"{name}_depthwise")
            residual = step == 1 and x.shape[-1] == filters
            y = conv(y, filters, 1, 1, f"{name}_project", BRANCH if residual else 1.0)
            x = L.Add(name=f"{name}_add")([x, y]) if residual else y
    x = prelu(conv(x, 512, 1, 1, "conv3"), "conv3")
    x = depthwise(x, 7, 1, "global", padding="valid")
    return L.Flatten(name="flatten")(conv(x, 128, 1, 1, "embedding"))


def resnet50(x):
    """He et al., 2015, the stride in the 3x3; 1000 logits."""
    x = L.ReLU(name="conv1_relu")(conv(x, 64, 7, 2, "conv1"))
    x = L.MaxPooling2D(3, strides=2, padding="same", name="pool1")(x)
    for stage, (filters, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], start=2):
        for block in range(1, blocks + 1):
            name, stride = f"s{stage}b{block}", 2 if stage > 2 and block == 1 else 1
            y = L.ReLU(name=f"{name}_relu1")(conv(x, filters, 1, 1, f"{name}_conv1"))
            y = L.ReLU(name=f"{name}_relu2")(conv(y, filters, 3, stride, f"{name}_conv2"))
            y = conv(y, 4 * filters, 1, 1, f"{name}_conv3", BRANCH)
            shortcut = conv(x, 4 * filters, 1, stride, f"{name}_shortcut") if block == 1 else x
            x = L.ReLU(name=f"{name}_relu3")(L.Add(name=f"{name}_add")([y, shortcut]))
    return L.Dense(1000, name="logits")(L.GlobalAveragePooling2D(name="pool")(x))


NETS = {"mobilefacenet": mobilefacenet, "resnet50": resnet50}


def seed(model, rng):
    """He's variance of kernels; the rest off its defaults."""
    for variable in model.weights:
        name, shape = variable.path.split("/")[-1], variable.shape
        if name == "kernel" and len(shape) == 4 and isinstance(model.get_layer(variable.path.split("/")[-2]), L.DepthwiseConv2D):
            value = rng.normal(0, np.sqrt(2 / np.prod(shape[:2])), shape)
        elif name == "kernel":
            value = rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)
        elif name == "gamma":
            value = rng.uniform(0.5, 1.2, shape) * variable.numpy()
        elif name == "alpha":
            value = rng.uniform(0.05, 0.4, shape)
        elif name in ("beta", "bias"):
            value = rng.uniform(-0.3, 0.3, shape)
        else:
            continue
        variable.assign(value.astype(np.float32))


def pictures(rng, count):
    """Noise of all scales, the coarser the stronger, as pictures have it."""
    sums = np.zeros((count, SIZE, SIZE, 3))
    for cells in (2, 4, 7, 14, 28, 56, 112):
        noise = rng.normal(0, 1 / np.sqrt(cells), (count, cells, cells, 3))
        sums += np.repeat(np.repeat(noise, SIZE // cells, axis=1), SIZE // cells, axis=2)
    sums /= np.abs(sums).max(axis=(1, 2, 3), keepdims=True)
    return sums.astype(np.float32)


def make(name):
    rng = np.random.default_rng(SEED)
    image = keras.Input((SIZE, SIZE, 3), name="image")
    model = keras.Model(image, NETS[name](image), name=name)
    seed(model, rng)
    model(pictures(rng, STATISTICS), training=True)
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    model.export(str(folder / "saved_model"), verbose=False)
    shown = pictures(rng, PICTURES)
    outputs = model(shown, training=False).numpy()
    np.save(folder / "input.npy", shown)
    np.save(folder / "expected.npy", outputs)
    print(f"{name}: {model.count_params():,} parameters, outputs of {PICTURES} pictures in {outputs.min():.3f}..{outputs.max():.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", choices=NETS, help="which to write")
    for chosen in parser.parse_args().names:
        make(chosen)
