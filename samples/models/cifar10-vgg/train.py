"""Trains a small network in the style of VGG on CIFAR-10 and exports it as a SavedModel.

32x32x3 in -1..1 -> three stages of two times conv 3x3, batch norm, ReLU, with 16, 32 and 96 filters, each stage ended by max-pooling
2x2 but the last, which a global average ends -> dense 10 (logits).

Writes the SavedModel to --out after every epoch, and metrics.json beside it.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import cifar10
import keras
from keras import layers


def build(size=None):
    image = keras.Input((size, size, 3), name="image")
    x = image
    for stage, filters in enumerate((16, 32, 96), start=1):
        if stage > 1:
            x = layers.MaxPooling2D(name=f"s{stage}_pool")(x)
        for i in (1, 2):
            name = f"s{stage}_conv{i}"
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
            x = layers.BatchNormalization(momentum=0.95, epsilon=1e-5, name=f"{name}_bn")(x)
            x = layers.ReLU(name=f"{name}_relu")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(10, name="logits")(x), name="cifar10_vgg")


if __name__ == "__main__":
    cifar10.main(__doc__, HERE, build, crops=[24] * 5)
