"""Writes the zoo: small SavedModels with every operation that can be served, in each of its forms, and nets in the styles people use.

Per model: <name>/saved_model, the inputs of 8 images and TensorFlow's own outputs for them (float32): input.npy and expected.npy, or
input-<name>.npy and expected-<name>.npy where the signature has several. Weights are random; sizes are such that activations stay near 1.
"""

import argparse
import os
import shutil
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

HERE = Path(__file__).resolve().parent
SEED = 23
BATCH = 8


# ---------------------------------------------------------------- weights and saving


def randomize(model, rng):
    """Kernels of variance 2 / inputs, moments of batch normalisation off their defaults, no bias zero: what is lost must show."""
    for variable in model.weights:
        name, shape = variable.path.split("/")[-1], variable.shape
        if name in ("kernel", "depthwise_kernel", "pointwise_kernel"):
            fan = int(np.prod(shape[:2])) if name == "depthwise_kernel" else int(np.prod(shape[:-1]))
            if name == "depthwise_kernel" and len(shape) == 3:
                fan = shape[0]
            value = rng.normal(0, np.sqrt(2 / fan), shape)
        elif name in ("gamma", "moving_variance"):
            value = rng.uniform(0.5, 1.5, shape)
        elif name == "alpha":
            value = rng.uniform(0.05, 0.4, shape)
        elif name in ("beta", "bias", "moving_mean"):
            value = rng.uniform(-0.3, 0.3, shape)
        else:
            continue
        variable.assign(value.astype(np.float32))
    return model


def exported(build, shape):
    """A Keras model by model.export."""

    def make(folder, rng):
        x = keras.Input(shape, name="x")
        randomize(keras.Model(x, build(x)), rng).export(str(folder), verbose=False)

    return make


def saved(build, shape):
    """A Keras model by tf.saved_model.save."""

    def make(folder, rng):
        x = keras.Input(shape, name="x")
        tf.saved_model.save(randomize(keras.Model(x, build(x)), rng), str(folder))

    return make


class Net(tf.Module):
    """A function of TensorFlow's own operations; v(shape) gives it the same variable at each call."""

    def __init__(self, rng, function, specs):
        super().__init__()
        self.rng, self.function, self.made = rng, function, []
        self.serve = tf.function(self.call, input_signature=specs)

    def call(self, *inputs):
        self.next = 0
        result = self.function(self.v, *inputs)
        return result if isinstance(result, dict) else {"y": result}

    def v(self, *shape, low=None, high=None):
        if self.next == len(self.made):
            fan = int(np.prod(shape[:-1])) or 1
            value = self.rng.normal(0, np.sqrt(2 / fan), shape) if low is None else self.rng.uniform(low, high, shape)
            with tf.init_scope():
                self.made.append(tf.Variable(value.astype(np.float32), name=f"v{self.next}"))
        self.next += 1
        return self.made[self.next - 1]


def module(function, *shapes, dtype=tf.float32, batch=None, names=("x", "z")):
    """A tf.Module by tf.saved_model.save."""

    def make(folder, rng):
        specs = [tf.TensorSpec((batch, *shape), dtype, name=name) for shape, name in zip(shapes, names)]
        net = Net(rng, function, specs)
        tf.saved_model.save(net, str(folder), signatures={"serving_default": net.serve.get_concrete_function()})

    return make


# ---------------------------------------------------------------- operations, each in its forms


def conv_forms(x):
    y = L.Conv2D(6, 3, padding="same", name="same")(x)
    y = L.ReLU(name="relu1")(y)
    y = L.Conv2D(8, (3, 2), strides=2, padding="valid", use_bias=False, name="strided")(y)
    y = L.Conv2D(8, 3, dilation_rate=2, padding="same", activation="relu", name="dilated")(y)
    y = L.Conv2D(8, 3, groups=4, padding="same", strides=2, activation="relu", name="groups")(y)
    return L.Conv2D(3, 1, name="pointwise")(y)


def conv_explicit(v, x):
    y = tf.nn.conv2d(x, v(3, 2, 3, 4), [1, 2, 1, 1], [[0, 0], [1, 2], [0, 1], [0, 0]])
    y = tf.nn.relu(y + v(4))
    y = tf.nn.conv2d(y, v(2, 3, 4, 5), 1, "SAME", dilations=[1, 2])
    y = tf.nn.relu(tf.nn.bias_add(y, v(5)))
    y = tf.nn.depthwise_conv2d(y, v(2, 2, 5, 2), [1, 1, 1, 1], [[0, 0], [1, 0], [0, 1], [0, 0]])
    return tf.nn.conv2d(y, v(3, 3, 10, 2), [1, 3, 3, 1], "VALID")


def separable(x):
    y = L.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="relu", name="depthwise")(x)
    y = L.DepthwiseConv2D(3, dilation_rate=2, padding="valid", name="dilated")(y)
    y = L.SeparableConv2D(6, 3, strides=2, padding="same", activation="relu", name="separable")(y)
    return L.Flatten(name="flatten")(y)


def conv1d(x):
    y = L.Conv1D(5, 3, dilation_rate=2, padding="causal", activation="relu", name="causal")(x)
    y = L.Conv1D(6, 3, strides=2, padding="same", name="strided")(y)
    y = L.SeparableConv1D(6, 3, padding="same", activation="relu", name="separable")(y)
    y = L.DepthwiseConv1D(3, name="depthwise")(y)
    a, m = L.AveragePooling1D(2, name="average")(y), L.MaxPooling1D(2, name="max")(y)
    return L.Dense(3, name="out")(L.GlobalAveragePooling1D(name="global")(L.Concatenate(name="join")([a, m])))


def dense_rows(x):
    y = L.Dense(6, activation="relu", name="rows")(x)
    y = L.Permute((2, 1), name="permute")(y)
    y = L.Dense(3, name="columns")(y)
    y = L.EinsumDense("abc,cd->abd", output_shape=(6, 2), bias_axes="d", activation="relu", name="einsum")(y)
    return L.Dense(4, name="out")(L.Flatten(name="flatten")(y))


def matmul_forms(v, x):
    y = tf.nn.relu(tf.matmul(x, v(6, 9)))
    y = tf.matmul(v(7, 9), y, transpose_b=True)
    y = tf.matmul(v(7, 5), y, transpose_a=True)
    return tf.nn.relu(tf.matmul(y, v(4, 5), transpose_a=True, transpose_b=True)) @ v(4, 3)


def steps(x):
    """The same layers for each step, then one over all steps."""
    y = L.TimeDistributed(L.Conv2D(2, 3, strides=2, activation="relu", name="conv"), name="each")(x)
    y = L.TimeDistributed(L.Dense(4, activation="relu", name="dense"), name="each2")(L.TimeDistributed(L.Flatten(), name="flat")(y))
    return L.Dense(3, name="out")(L.Flatten(name="flatten")(y))


def batch_matmul(v, x):
    y = tf.nn.relu(tf.linalg.matmul(x, tf.expand_dims(v(4, 5), 0)))
    y = tf.linalg.matmul(tf.expand_dims(v(2, 6), 0), y)
    y = tf.linalg.matmul(y, tf.expand_dims(v(3, 5), 0), transpose_b=True)
    y = tf.nn.relu(tf.linalg.matmul(y, tf.expand_dims(v(2, 4), 0), transpose_a=True))
    return tf.matmul(tf.reshape(y, [-1, 12]), v(3, 12), transpose_b=True)


def arithmetic(v, x):
    y = x * v(3, low=0.5, high=1.5) + v(4, 1, 1, low=-1, high=1)
    y = y / v(4, 5, 3, low=1, high=2) - v(1, 1, 1, 3, low=-1, high=1)
    y = tf.nn.relu(0.5 - y)
    y = tf.add_n([y, x, -x, y])
    y = tf.math.squared_difference(y, tf.constant([1.0, 0.5, 0.25]))
    return tf.subtract(1.0, y) * 2.0


def batchnorm_keras(x):
    y = L.BatchNormalization(name="first")(x)
    y = L.Conv2D(5, 3, padding="same", use_bias=False, name="conv")(y)
    y = L.BatchNormalization(name="after_conv")(y)
    y = L.ReLU(name="relu")(y)
    y = L.BatchNormalization(scale=False, name="after_relu")(y)
    y = L.Conv2D(4, 3, strides=2, name="conv2")(y)
    y = L.Dense(6, name="dense")(L.Flatten(name="flatten")(y))
    return L.BatchNormalization(center=False, name="of_vectors")(y)


def batchnorm_fused(v, x):
    def bn(y, c):
        scale, offset = v(c, low=0.5, high=1.5), v(c, low=-0.3, high=0.3)
        mean, variance = v(c, low=-0.3, high=0.3), v(c, low=0.5, high=1.5)
        return tf.compat.v1.nn.fused_batch_norm(y, scale, offset, mean, variance, epsilon=1e-3, is_training=False)[0]

    y = tf.nn.relu(bn(tf.nn.conv2d(x, v(3, 3, 2, 5), 1, "SAME"), 5))
    y = tf.nn.depthwise_conv2d(bn(y, 5), v(3, 3, 5, 1), [1, 2, 2, 1], "SAME")
    y = tf.nn.batch_normalization(y, v(5, low=-1, high=1), v(5, low=0.5, high=1), v(5, low=0, high=1), v(5, low=1, high=2), 1e-3)
    return tf.nn.relu(y)


def activations(x):
    y = L.Dense(10, name="d1")(x)
    parts = [
        L.ReLU(6.0, name="relu6")(y * 6.0),
        L.LeakyReLU(0.2, name="leaky")(y),
        L.PReLU(name="prelu")(y),
        L.ReLU(max_value=0.7, name="bounded")(y),
        L.ReLU(negative_slope=0.1, max_value=1.5, name="sloped")(y),
        L.Activation("hard_sigmoid", name="hard_sigmoid")(y),
        keras.ops.abs(y),
        keras.ops.clip(y, -0.5, 0.25),
        keras.ops.maximum(y, 0.1 * y),
    ]
    return L.Dense(4, name="out")(L.Concatenate(name="join")(parts))


def prelu_shared(x):
    y = L.Conv2D(4, 3, name="conv")(x)
    y = L.PReLU(shared_axes=[1, 2], name="prelu")(y)
    return L.Conv2D(3, 3, name="out")(y)


def clips(v, x):
    y = tf.clip_by_value(x @ v(6, 8), -1.0, 0.5)
    y = tf.minimum(y @ v(8, 8), 0.75)
    y = tf.maximum(y @ v(8, 8), v(8, low=-0.5, high=0.5))
    y = tf.nn.relu6(y @ v(8, 8) * 4.0)
    return tf.nn.leaky_relu(tf.minimum(v(8, low=0, high=4), y), 0.3)


def squares(v, x):
    y = tf.square(tf.nn.conv2d(x, v(3, 3, 1, 3), 2, "SAME") + v(3, low=-0.3, high=0.3))
    y = tf.reshape(y, [-1, 48]) @ v(48, 6)
    y = y * y
    y = (y @ v(6, 5) * 0.3) ** 2
    return y @ v(5, 3)


def residual(x):
    y = L.Conv2D(4, 3, padding="same", activation="relu", name="conv1")(x)
    z = L.Conv2D(4, 3, padding="same", name="conv2")(y)
    y = L.ReLU(name="relu")(L.Add(name="add")([y, z]))
    d = L.Subtract(name="subtract")([y, L.DepthwiseConv2D(3, padding="same", name="depthwise")(y)])
    return L.Average(name="average")([d, y, L.Rescaling(20.0, name="scale")(z)])


def gates(x):
    """Squeeze and excite: channels times a gate computed from all of them."""
    y = L.Conv2D(6, 3, activation="relu", name="conv")(x)
    g = L.GlobalAveragePooling2D(keepdims=True, name="squeeze")(y)
    g = L.Conv2D(3, 1, activation="relu", name="reduce")(g)
    g = L.Activation("hard_sigmoid", name="excite")(L.Conv2D(6, 1, name="expand")(g))
    y = L.Multiply(name="gate")([y, g])
    return L.Dense(4, name="out")(L.GlobalAveragePooling2D(name="pool")(y))


def maxpools(x):
    y = L.Conv2D(4, 3, padding="same", name="conv")(x)
    y = L.MaxPooling2D(3, strides=2, padding="same", name="overlapping")(y)
    y = L.ReLU(name="relu")(y)
    y = L.Conv2D(4, 3, padding="same", activation="relu", name="conv2")(y)
    return L.MaxPooling2D((2, 3), strides=(2, 1), name="rectangular")(y)


def avgpools(x):
    y = L.AveragePooling2D(3, strides=2, padding="same", name="overlapping")(x)
    y = L.Conv2D(4, 3, padding="same", activation="relu", name="conv")(y)
    y = L.AveragePooling2D((2, 1), strides=1, name="rectangular")(y)
    y = L.ReLU(name="relu")(y)
    return L.AveragePooling2D(2, name="halves")(y)


def pool_pads(v, x):
    y = tf.nn.max_pool2d(x, [3, 2], [2, 1], [[0, 0], [1, 2], [0, 1], [0, 0]])
    y = tf.nn.relu(tf.nn.conv2d(y, v(1, 1, 2, 5), 1, "VALID"))
    return tf.nn.max_pool2d(tf.nn.avg_pool2d(y, 2, 1, "SAME"), 4, 4, "SAME")


def reductions(v, x):
    y = tf.nn.relu(tf.nn.conv2d(x, v(3, 3, 2, 6), 1, "SAME") + v(6, low=-0.3, high=0.3))
    return {
        "channels": tf.reduce_mean(y, 3),
        "columns": tf.reduce_max(y, [2], keepdims=True),
        "pictures": tf.reduce_mean(y, [1, 2]) @ v(6, 3),
        "all": tf.reduce_sum(y, [1, 2, 3]) * 0.1,
        "lowest": tf.reduce_min(tf.nn.conv2d(x, v(1, 1, 2, 3), 1, "SAME"), [-3, -1]),
    }


def global_max(x):
    y = L.Conv2D(8, 3, name="conv")(x)
    return L.Dense(4, name="out")(L.Concatenate(name="join")([L.GlobalMaxPooling2D(name="max")(y), L.GlobalAveragePooling2D(name="mean")(y)]))


def pads(v, x):
    y = tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]])
    y = tf.pad(y, [[0, 0], [0, 0], [2, 0], [1, 0]], constant_values=-0.5)
    y = tf.nn.relu(tf.nn.conv2d(y, v(3, 3, 3, 4), 1, "VALID"))
    y = tf.pad(y, [[0, 0], [2, 1], [1, 2], [0, 0]], "REFLECT")
    return tf.nn.conv2d(tf.pad(y, [[0, 0], [1, 1], [2, 2], [0, 0]], "SYMMETRIC"), v(3, 3, 4, 2), 2, "VALID")


def shapes(x):
    y = L.Reshape((6, 4), name="reshape")(x)
    y = L.Permute((2, 1), name="permute")(L.ReLU(name="relu")(y))
    y = keras.ops.expand_dims(y, 1)
    y = L.Conv2D(3, (1, 2), name="conv")(y)
    y = keras.ops.transpose(keras.ops.squeeze(y, 1), (0, 2, 1))
    return L.Dense(5, name="out")(L.Flatten(name="flatten")(L.ReLU(name="relu2")(y)))


def joins(v, x):
    y = tf.nn.relu(tf.nn.conv2d(x, v(3, 3, 2, 6), 1, "VALID"))
    a, b, c = tf.split(y, 3, axis=-1)
    d, e = tf.split(y, [1, 3], axis=1)
    y = tf.concat([tf.nn.relu(a - b), c, b], 3)
    rows = tf.unstack(y, axis=2)
    y = tf.stack([rows[0], rows[2], tf.maximum(rows[1], rows[3])], axis=1)
    return tf.concat([tf.reshape(y, [-1, 72]), tf.reshape(d, [-1, 24]), tf.reshape(e, [tf.shape(e)[0], -1])], 1) @ v(168, 4)


def slices(v, x):
    y = tf.nn.relu(tf.nn.conv2d(x, v(1, 1, 2, 4), 1, "SAME"))
    y = y[:, 1:-1, ::2, :]
    y = tf.concat([y[..., 0:1], y[:, :, ::-1, 3:1:-1], tf.slice(y, [0, 0, 0, 1], [-1, 4, 3, 1])], -1)
    y = tf.reverse(y, [1]) + tf.gather(y, [3, 0, 1, 2], axis=1)
    y = tf.nn.relu(tf.tile(y[:, 2], [1, 2, 1])) - tf.broadcast_to(y[:, 0:1, 0, tf.newaxis, 2], [tf.shape(y)[0], 6, 4])
    return tf.reshape(y, [-1, 24]) @ v(24, 3)


def upsampling(x):
    y = L.Conv2D(4, 3, padding="same", activation="relu", name="conv")(x)
    y = L.UpSampling2D(2, name="up")(y)
    y = L.Cropping2D(((1, 0), (2, 1)), name="crop")(y)
    y = L.ZeroPadding2D(((0, 1), (1, 0)), name="pad")(y)
    return L.Conv2D(2, 3, strides=2, name="conv2")(y)


def transposed(x):
    y = L.Conv2D(3, 3, strides=2, padding="same", activation="relu", name="down")(x)
    y = L.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu", name="up")(y)
    y = L.Conv2DTranspose(3, (2, 3), strides=(3, 1), name="valid")(y)
    return L.Conv2DTranspose(1, 3, padding="same", use_bias=False, name="plain")(L.ReLU(name="relu")(y))


def blocks(v, x):
    y = tf.nn.relu(tf.nn.conv2d(tf.nn.space_to_depth(x, 2), v(1, 1, 4, 8), 1, "SAME"))
    y = tf.image.resize(tf.nn.depth_to_space(y, 2), [4, 12], "nearest")
    return tf.nn.conv2d(y, v(2, 2, 2, 3), 2, "VALID")


def preprocessing(x):
    normalise = L.Normalization(mean=[0.4, 0.5, 0.6], variance=[0.04, 0.05, 0.09], name="normalise")
    y = normalise(L.Rescaling(1 / 255, name="rescale")(x))
    y = L.Conv2D(4, 3, strides=2, activation="relu", name="conv")(L.Dropout(0.3, name="drop")(y))
    y = L.SpatialDropout2D(0.2, name="drop2")(L.GaussianNoise(0.1, name="noise")(y))
    return L.Dense(3, name="out")(L.Flatten(name="flatten")(y))


def softmax_head(x):
    return L.Dense(5, activation="softmax", name="out")(L.Dense(12, activation="relu", name="hidden")(x))


def classes(v, x):
    logits = tf.nn.relu(x @ v(6, 10) + v(10, low=-0.2, high=0.2)) @ v(10, 5)
    return {"label": tf.argmax(logits, 1), "logits": logits}


def label_only(v, x):
    return tf.cast(tf.argmax(tf.nn.relu(x @ v(6, 10)) @ v(10, 5), -1), tf.float32)


def bytes_in(v, x):
    y = tf.cast(x, tf.float32) / 255.0
    y = tf.nn.relu(tf.nn.conv2d(y, v(3, 3, 1, 4), 2, "SAME") + v(4, low=-0.3, high=0.3))
    return tf.reshape(y, [-1, 64]) @ v(64, 3)


def fixed_batch(v, x):
    y = tf.nn.relu(tf.nn.conv2d(x, v(3, 3, 1, 3), 1, "VALID"))
    return tf.reshape(y, [BATCH, 48]) @ v(48, 4)


def two_inputs(v, x, z):
    y = tf.nn.relu(tf.nn.conv2d(x, v(3, 3, 1, 3), 1, "VALID"))
    y = tf.reshape(y, [-1, 48]) @ v(48, 5)
    return {"joint": y * tf.nn.relu(z @ v(4, 5)), "sum": y + z @ v(4, 5)}


def two_heads(folder, rng):
    x, z = keras.Input((6, 6, 2), name="picture"), keras.Input((3,), name="facts")
    y = L.Conv2D(4, 3, activation="relu", name="conv")(x)
    y = L.Concatenate(name="join")([L.GlobalAveragePooling2D(name="pool")(y), L.Dense(4, activation="relu", name="dense")(z)])
    kind, place = L.Dense(3, name="kind")(y), L.Dense(2, activation="relu", name="place")(y)
    randomize(keras.Model([x, z], {"kind": kind, "place": place}), rng).export(str(folder), verbose=False)


def extrema(x):
    a, b = L.Dense(6, name="a")(x), L.Dense(6, name="b")(x)
    return L.Concatenate(name="join")([L.Maximum(name="max")([a, b]), L.Minimum(name="min")([a, b])])


# ---------------------------------------------------------------- nets


def mlp(x):
    y = x
    for i, width in enumerate([24, 16, 12]):
        y = L.Dense(width, activation="relu", name=f"dense{i}")(y)
    return L.Dense(4, activation="softmax", name="out")(y)


def mlp_module(v, x):
    y = tf.reshape(x, [tf.shape(x)[0], -1])
    for inputs, outputs in [(64, 20), (20, 20), (20, 10)]:
        y = tf.nn.relu(tf.matmul(y, v(inputs, outputs)) + v(outputs, low=-0.2, high=0.2))
    return tf.matmul(y, v(10, 3))


def lenet(x):
    y = L.Conv2D(4, 5, padding="same", activation="relu", name="conv1")(x)
    y = L.MaxPooling2D(2, name="pool1")(y)
    y = L.Conv2D(8, 5, activation="relu", name="conv2")(y)
    y = L.MaxPooling2D(2, name="pool2")(y)
    y = L.Dense(20, activation="relu", name="fc1")(L.Flatten(name="flatten")(y))
    return L.Dense(10, name="fc2")(y)


def lenet_average(x):
    """As the original: means, then a bounded activation."""
    y = L.ReLU(2.0, name="act1")(L.AveragePooling2D(2, name="pool1")(L.Conv2D(4, 5, padding="same", name="conv1")(x)))
    y = L.ReLU(2.0, name="act2")(L.AveragePooling2D(2, name="pool2")(L.Conv2D(8, 5, name="conv2")(y)))
    return L.Dense(10, name="out")(L.Dense(16, activation="relu", name="fc1")(L.Flatten(name="flatten")(y)))


def vgg(x):
    y = x
    for block, channels in enumerate([6, 8, 10]):
        for i in range(2):
            y = L.Conv2D(channels, 3, padding="same", activation="relu", name=f"block{block}_conv{i}")(y)
        y = L.MaxPooling2D(2, name=f"block{block}_pool")(y)
    y = L.Dense(16, activation="relu", name="fc1")(L.Flatten(name="flatten")(y))
    return L.Dense(10, name="predictions")(L.Dropout(0.5, name="drop")(y))


def conv_bn(y, channels, kernel, stride, name, relu=True):
    y = L.Conv2D(channels, kernel, strides=stride, padding="same", use_bias=False, name=name)(y)
    y = L.BatchNormalization(name=name + "_bn")(y)
    return L.ReLU(name=name + "_relu")(y) if relu else y


def resnet(x):
    y = conv_bn(x, 4, 3, 1, "stem")
    for stage, channels in enumerate([4, 8]):
        for i in range(2):
            stride = 2 if stage > 0 and i == 0 else 1
            short = y
            if stride != 1:
                short = conv_bn(y, channels, 1, stride, f"s{stage}_{i}_short", relu=False)
            z = conv_bn(y, channels, 3, stride, f"s{stage}_{i}_a")
            z = conv_bn(z, channels, 3, 1, f"s{stage}_{i}_b", relu=False)
            y = L.ReLU(name=f"s{stage}_{i}_out")(L.Add(name=f"s{stage}_{i}_add")([short, z]))
    return L.Dense(10, name="logits")(L.GlobalAveragePooling2D(name="pool")(y))


def resnet_module(v, x):
    """A bottleneck with the activation first."""

    def bn(y):
        c = y.shape[-1]
        y = (y - v(c, low=-0.2, high=0.2)) * tf.math.rsqrt(v(c, low=0.5, high=1.5) + 1e-3)
        return tf.nn.relu(y * v(c, low=0.5, high=1.5) + v(c, low=-0.2, high=0.2))

    y = tf.nn.conv2d(x, v(3, 3, 3, 8), 2, "SAME")
    for _ in range(2):
        z = tf.nn.conv2d(bn(y), v(1, 1, 8, 4), 1, "SAME")
        z = tf.nn.conv2d(bn(z), v(3, 3, 4, 4), 1, "SAME")
        y = y + tf.nn.conv2d(bn(z), v(1, 1, 4, 8), 1, "SAME")
    return tf.matmul(tf.reduce_mean(bn(y), [1, 2]), v(8, 10)) + v(10, low=-0.2, high=0.2)


def mobilenet_v1(x):
    y = conv_bn(x, 4, 3, 2, "stem")
    for i, (channels, stride) in enumerate([(8, 1), (12, 2), (12, 1)]):
        y = L.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=f"dw{i}")(y)
        y = L.ReLU(6.0, name=f"dw{i}_relu")(L.BatchNormalization(name=f"dw{i}_bn")(y))
        y = L.Conv2D(channels, 1, use_bias=False, name=f"pw{i}")(y)
        y = L.ReLU(6.0, name=f"pw{i}_relu")(L.BatchNormalization(name=f"pw{i}_bn")(y))
    y = L.GlobalAveragePooling2D(keepdims=True, name="pool")(y)
    return L.Reshape((10,), name="flat")(L.Conv2D(10, 1, name="logits")(y))


def mobilenet_v2(x):
    y = conv_bn(x, 4, 3, 2, "stem")
    for i, (channels, stride, factor) in enumerate([(4, 1, 2), (6, 2, 3), (6, 1, 3)]):
        z = L.Conv2D(y.shape[-1] * factor, 1, use_bias=False, name=f"expand{i}")(y)
        z = L.ReLU(6.0, name=f"expand{i}_relu")(L.BatchNormalization(name=f"expand{i}_bn")(z))
        if stride == 2:
            z = L.ZeroPadding2D(((0, 1), (0, 1)), name=f"pad{i}")(z)
        z = L.DepthwiseConv2D(3, strides=stride, padding="same" if stride == 1 else "valid", use_bias=False, name=f"dw{i}")(z)
        z = L.ReLU(6.0, name=f"dw{i}_relu")(L.BatchNormalization(name=f"dw{i}_bn")(z))
        z = L.BatchNormalization(name=f"project{i}_bn")(L.Conv2D(channels, 1, use_bias=False, name=f"project{i}")(z))
        y = L.Add(name=f"add{i}")([y, z]) if stride == 1 and y.shape[-1] == channels else z
    return L.Dense(10, name="logits")(L.GlobalAveragePooling2D(name="pool")(y))


def inception(x):
    y = L.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="stem")(x)
    for i in range(2):
        a = L.Conv2D(3, 1, activation="relu", name=f"mix{i}_1x1")(y)
        b = L.Conv2D(2, 1, activation="relu", name=f"mix{i}_3x3_reduce")(y)
        b = L.Conv2D(4, 3, padding="same", activation="relu", name=f"mix{i}_3x3")(b)
        c = L.Conv2D(2, 1, activation="relu", name=f"mix{i}_5x5_reduce")(y)
        c = L.Conv2D(3, (1, 5), padding="same", name=f"mix{i}_1x5")(c)
        c = L.Conv2D(3, (5, 1), padding="same", activation="relu", name=f"mix{i}_5x1")(c)
        d = L.MaxPooling2D(3, strides=1, padding="same", name=f"mix{i}_pool")(y)
        d = L.Conv2D(2, 1, activation="relu", name=f"mix{i}_pool_1x1")(d)
        y = L.Concatenate(name=f"mix{i}")([a, b, c, d])
        y = L.AveragePooling2D(2, name=f"halve{i}")(y)
    return L.Dense(10, activation="softmax", name="predictions")(L.GlobalAveragePooling2D(name="pool")(y))


def densenet(x):
    y = L.Conv2D(4, 3, strides=2, padding="same", use_bias=False, name="stem")(x)
    for i in range(3):
        z = L.ReLU(name=f"dense{i}_relu")(L.BatchNormalization(name=f"dense{i}_bn")(y))
        y = L.Concatenate(name=f"dense{i}")([y, L.Conv2D(3, 3, padding="same", use_bias=False, name=f"dense{i}_conv")(z)])
    y = L.ReLU(name="last_relu")(L.BatchNormalization(name="last_bn")(y))
    return L.Dense(5, name="logits")(L.GlobalAveragePooling2D(name="pool")(y))


def pnet(folder, rng):
    """A fully convolutional face proposer: small weights in one layer, large ones in the next, PReLU between them."""
    x = y = keras.Input((12, 12, 3), name="x")
    for i, channels in enumerate([10, 16, 32]):
        y = L.PReLU(shared_axes=[1, 2], name=f"prelu{i}")(L.Conv2D(channels, 3, name=f"conv{i}")(y))
        y = L.MaxPooling2D(2, padding="same", name="pool")(y) if i == 0 else y
    face, box = L.Conv2D(2, 1, activation="softmax", name="face")(y), L.Conv2D(4, 1, name="box")(y)
    model = randomize(keras.Model(x, {"face": face, "box": box}), rng)
    for i, scale in enumerate([1.0, 0.01, 100.0]):
        kernel, bias = model.get_layer(f"conv{i}").weights
        kernel.assign(kernel * scale)
        bias.assign(bias * (scale if scale < 1 else 1.0))
    model.export(str(folder), verbose=False)


MODELS = {
    "op-conv-forms": exported(conv_forms, (11, 10, 3)),
    "op-conv-explicit": module(conv_explicit, (9, 8, 3)),
    "op-separable": saved(separable, (9, 9, 3)),
    "op-conv1d": exported(conv1d, (17, 3)),
    "op-dense-rows": exported(dense_rows, (4, 5)),
    "op-batch-matmul": module(batch_matmul, (6, 4)),
    "op-arithmetic": module(arithmetic, (4, 5, 3)),
    "op-batchnorm-keras": exported(batchnorm_keras, (7, 7, 3)),
    "op-batchnorm-fused": module(batchnorm_fused, (8, 8, 2)),
    "op-activations": exported(activations, (6,)),
    "op-prelu-shared": saved(prelu_shared, (7, 7, 2)),
    "op-clips": module(clips, (6,)),
    "op-squares": module(squares, (8, 8, 1)),
    "op-residual": exported(residual, (6, 6, 3)),
    "op-gates": exported(gates, (7, 7, 2)),
    "op-maxpools": exported(maxpools, (9, 11, 2)),
    "op-avgpools": saved(avgpools, (11, 9, 2)),
    "op-pool-pads": module(pool_pads, (8, 7, 2)),
    "op-reductions": module(reductions, (5, 4, 2)),
    "op-global-max": exported(global_max, (6, 6, 2)),
    "op-pads": module(pads, (5, 6, 2)),
    "op-shapes": exported(shapes, (2, 3, 4)),
    "op-joins": module(joins, (6, 6, 2)),
    "op-slices": module(slices, (6, 6, 2)),
    "op-upsampling": exported(upsampling, (5, 4, 2)),
    "op-blocks": module(blocks, (4, 6, 1)),
    "op-preprocessing": exported(preprocessing, (8, 8, 3)),
    "op-softmax": saved(softmax_head, (6,)),
    "op-classes": module(classes, (6,)),
    "op-label": module(label_only, (6,)),
    "op-bytes": module(bytes_in, (8, 8, 1), dtype=tf.uint8),
    "op-fixed-batch": module(fixed_batch, (6, 6, 1), batch=BATCH),
    "op-two-inputs": module(two_inputs, (6, 6, 1), (4,)),
    "op-two-heads": two_heads,
    "op-extrema": exported(extrema, (5,)),
    "net-mlp": exported(mlp, (10,)),
    "net-mlp-module": module(mlp_module, (8, 8, 1)),
    "net-lenet": exported(lenet, (16, 16, 1)),
    "net-lenet-average": saved(lenet_average, (16, 16, 1)),
    "net-vgg": exported(vgg, (16, 16, 3)),
    "net-resnet": exported(resnet, (10, 10, 3)),
    "net-resnet-module": module(resnet_module, (12, 12, 3)),
    "net-mobilenet-v1": exported(mobilenet_v1, (12, 12, 3)),
    "net-mobilenet-v2": exported(mobilenet_v2, (12, 12, 3)),
    "net-inception": exported(inception, (16, 16, 3)),
    "net-densenet": exported(densenet, (12, 12, 3)),
    "op-matmul-forms": module(matmul_forms, (6,)),
    "op-steps": exported(steps, (3, 6, 5, 2)),
    "op-transposed": exported(transposed, (5, 4, 2)),
    "net-pnet": pnet,
}


def inputs_for(spec, rng):
    shape = (BATCH, *spec.shape[1:])
    if spec.dtype == tf.uint8:
        return rng.integers(0, 256, shape).astype(np.uint8)
    return rng.uniform(-1, 1, shape).astype(np.float32)


def write(folder, stem, tensors):
    for name, value in tensors.items():
        file = stem if len(tensors) == 1 else f"{stem}-{name}"
        np.save(folder / f"{file}.npy", np.asarray(value).astype(np.float32))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="models to write; all if none is given")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    args = parser.parse_args()

    for index, (name, make) in enumerate(MODELS.items()):
        if args.names and name not in args.names:
            continue
        keras.backend.clear_session()
        keras.utils.set_random_seed(SEED + index)
        rng = np.random.default_rng([SEED, index])
        folder = args.out / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder / "saved_model", rng)

        # Kept small: the files beside the graph that only say how it was made.
        for extra in ("fingerprint.pb", "assets"):
            path = folder / "saved_model" / extra
            if path.is_dir():
                path.rmdir()
            elif path.exists():
                path.unlink()
        signature = tf.saved_model.load(str(folder / "saved_model")).signatures["serving_default"]
        scale = 255 if name == "op-preprocessing" else 1
        inputs = {key: inputs_for(spec, rng) for key, spec in signature.structured_input_signature[1].items()}
        if scale != 1:
            inputs = {key: np.abs(value) * np.float32(scale) for key, value in inputs.items()}
        outputs = signature(**{key: tf.constant(value) for key, value in inputs.items()})
        write(folder, "input", inputs)
        write(folder, "expected", outputs)
        print(name, {k: v.shape for k, v in inputs.items()}, {k: (tuple(v.shape), float(np.abs(v).max())) for k, v in outputs.items()}, flush=True)


if __name__ == "__main__":
    main()
