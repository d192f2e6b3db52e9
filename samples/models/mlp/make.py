"""Multilayer perceptrons of random weights, for measuring how long networks of each width and depth take.

    make.py mlp-95x2 mlp-1000x1   # any mlp-WIDTHxDEPTH
    make.py                       # all of the grid: about 10,000, 100,000 and 1,000,000 parameters

Input (batch, 10) -> DEPTH times dense WIDTH, ReLU -> dense 1. Writes NAME/saved_model, NAME/input.npy (in -1..1) and
NAME/expected.npy (what TensorFlow computes of it) below --out. Weights are seeded by the name.
"""

import argparse
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import exported
import keras
import numpy as np
from keras import layers

GRID = (
    *((1000, 1), (95, 2), (70, 3), (56, 4)),
    *((310, 2), (221, 3), (181, 4)),
    *((10000, 1), (995, 2), (705, 3), (575, 4)),
)
NAME = re.compile(r"mlp-([1-9]\d{0,4})x([1-9]\d?)")
FEATURES = 10
SAMPLES = 64
SEED = 31


def size(name):
    match = NAME.fullmatch(name)
    if not match:
        raise argparse.ArgumentTypeError(f"{name} is no mlp-WIDTHxDEPTH, such as mlp-95x2")
    return int(match[1]), int(match[2])


def build(width, depth):
    features = keras.Input((FEATURES,), name="features")
    x = features
    for number in range(1, depth + 1):
        x = layers.Dense(width, activation="relu", name=f"dense{number}")(x)
    return keras.Model(features, layers.Dense(1, name="score")(x), name=f"mlp_{width}x{depth}")


def make(width, depth, out):
    rng = np.random.default_rng([SEED, width, depth])
    model = build(width, depth)
    for layer in model.layers[1:]:
        fan, units = layer.kernel.shape
        # He's for ReLUs, and biases that aren't zero.
        layer.set_weights([rng.normal(0, (2 / fan) ** 0.5, (fan, units)), rng.uniform(-0.1, 0.1, units)])
    folder = out / f"mlp-{width}x{depth}"
    folder.mkdir(parents=True, exist_ok=True)
    exported.save(model, folder / "saved_model")
    features = rng.uniform(-1, 1, (SAMPLES, FEATURES)).astype(np.float32)
    np.save(folder / "input.npy", features)
    np.save(folder / "expected.npy", exported.logits(folder / "saved_model", features))
    print(f"{folder}: {model.count_params():,} parameters", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=size, nargs="*", metavar="NAME", help="mlp-WIDTHxDEPTH; all of the grid if none is given")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write into")
    args = parser.parse_args()
    for width, depth in args.sizes or GRID:
        make(width, depth, args.out)


if __name__ == "__main__":
    main()
