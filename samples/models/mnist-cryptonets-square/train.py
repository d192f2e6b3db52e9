"""Trains the CryptoNets network with squares on MNIST and exports it as a SavedModel.

28x28x1 in 0..1 -> pad one row on top, one column at left -> conv 5x5, 5 filters, stride 2 -> square (13x13x5 = 845)
-> dense 100 -> square -> dense 10 (logits).

Writes the SavedModel to --out, metrics.json beside it and, with --fixture, the logits of the first 256 test images.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import mnist  # first, as it chooses Keras' backend
import activations


if __name__ == "__main__":
    mnist.main(
        HERE,
        __doc__,
        lambda: mnist.cryptonets("mnist_cryptonets_square", activations.square),
        # Squares of large values are larger still, and what CKKS has to hold in its modulus.
        limited=("conv", "dense1"),
        clip=1.0,
        epochs=30,
        weight_decay=0.02,
        label_smoothing=0.0,
        limit=8.0,
        limit_penalty=0.005,
        degrees=7.0,
        scale=0.07,
        shear=0.07,
        shift=1.0,
    )
