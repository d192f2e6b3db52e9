"""Trains the CryptoNets network with ReLU on MNIST and exports it as a SavedModel.

28x28x1 in 0..1 -> pad one row on top, one column at left -> conv 5x5, 5 filters, stride 2 -> ReLU (13x13x5 = 845)
-> dense 100 -> ReLU -> dense 10 (logits).

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
        lambda: mnist.cryptonets("mnist_cryptonets_relu", activations.relu),
        # The widest values of the network are those of dense1; every doubling costs fixed-point inference a bit.
        limited=("dense1",),
        epochs=60,
        weight_decay=0.05,
        label_smoothing=0.02,
        limit=6.0,
        limit_penalty=0.02,
        degrees=10.0,
        scale=0.1,
        shear=0.1,
        shift=1.5,
    )
