"""Trains ResNet-20 (He et al., 2015) on CIFAR-10 and exports it as a SavedModel.

32x32x3 in -1..1 -> conv 3x3, 16 -> three stages of three blocks with 16, 32 and 64 filters, the last two at half the size
-> global average -> dense 10 (logits). A block is conv 3x3, batch norm, ReLU, conv 3x3, batch norm, and the sum with the
block's input before the last ReLU; where shapes change, the input goes through a conv 1x1 of stride 2 and batch norm.

Writes the SavedModel to --out after every epoch, and metrics.json beside it.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import cifar10
import keras
from keras import layers


def conv(x, filters, size, stride, name):
    x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
    return layers.BatchNormalization(momentum=0.95, epsilon=1e-5, name=f"{name}_bn")(x)


def build(size=None):
    image = keras.Input((size, size, 3), name="image")
    x = layers.ReLU(name="relu")(conv(image, 16, 3, 1, "conv"))
    for stage, filters in enumerate((16, 32, 64), start=1):
        for block in range(1, 4):
            name, stride = f"s{stage}b{block}", 2 if stage > 1 and block == 1 else 1
            y = layers.ReLU(name=f"{name}_relu1")(conv(x, filters, 3, stride, f"{name}_conv1"))
            y = conv(y, filters, 3, 1, f"{name}_conv2")
            shortcut = conv(x, filters, 1, stride, f"{name}_shortcut") if stride > 1 else x
            x = layers.ReLU(name=f"{name}_relu2")(layers.Add(name=f"{name}_add")([y, shortcut]))
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(10, name="logits")(x), name="cifar10_resnet20")


if __name__ == "__main__":
    cifar10.main(__doc__, HERE, build, crops=[24] * 14 + [32] * 4)
