"""VGG16 for CIFAR-10: the network, and its SavedModel from weights.npz.

weights.npz holds float16 kernels and biases, batch norms folded into the convolutions before them. The SavedModel computes in float32
with just these values, and is compared with expected.npy.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import cifar10
import exported
import keras
import numpy as np
from keras import layers

STAGES = ((64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3)
DENSE = (256, 256)
TOLERANCE = 1e-3


def folded(x, filters, name):
    return layers.Conv2D(filters, 3, padding="same", name=name)(x)


def build(size=None, conv=folded):
    """The network with convolutions as conv makes them of an input, a number of filters and a name."""
    image = keras.Input((size, size, 3), name="image")
    x = image
    for stage, widths in enumerate(STAGES, start=1):
        if stage > 1:
            # Whole images are halved evenly; small crops aren't.
            x = layers.AveragePooling2D(2, padding="same", name=f"s{stage}_pool")(x)
        for number, filters in enumerate(widths, start=1):
            name = f"s{stage}_conv{number}"
            x = layers.ReLU(name=f"{name}_relu")(conv(x, filters, name))
    # Of 2x2 elements, for whole images.
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    for number, width in enumerate(DENSE, start=1):
        x = layers.Dense(width, activation="relu", kernel_initializer="he_normal", name=f"dense{number}")(x)
    return keras.Model(image, layers.Dense(10, name="logits")(x), name="cifar10_vgg16")


def make(weights, out):
    """Writes the SavedModel; weights are in the order of the network's layers."""
    model = build(cifar10.SIZE)
    model.set_weights(weights)
    exported.save(model, out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE / "saved_model", help="folder of the SavedModel to write")
    out = parser.parse_args().out.resolve()
    with np.load(HERE / "weights.npz") as weights:
        make(list(weights.values()), out)
    error = np.abs(exported.logits(out, np.load(HERE / "input.npy")) - np.load(HERE / "expected.npy")).max()
    print(f"{out}: logits of input.npy are within {error:.1e} of expected.npy")
    if not error <= TOLERANCE:
        sys.exit(f"that is more than {TOLERANCE}: some convolutions of TensorFlow are wrong here; try TF_ENABLE_ONEDNN_OPTS=0")


if __name__ == "__main__":
    main()
