"""Trains a small network with squares on CIFAR-10 and exports it as a SavedModel.

32x32x3 in -1..1 -> conv 5x5, 16 filters, stride 2, batch norm -> square (14x14x16, of which the next takes 13x13x16)
-> conv 5x5, 48 filters, stride 2, batch norm -> square (5x5x48 = 1200) -> dense 10 (logits).

Writes the SavedModel to --out after every epoch, and metrics.json beside it.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import cifar10  # first, as it chooses Keras' backend
import activations


if __name__ == "__main__":
    cifar10.main(
        __doc__,
        HERE,
        cifar10.cryptonets("cifar10_cryptonets_square", activations.square),
        crops=[32] * 16,
        learning_rate=0.05,
    )
