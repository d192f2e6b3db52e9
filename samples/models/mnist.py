"""What the MNIST models share: data, augmentation, the CryptoNets network, its training and its export.

A model's train.py says which activation, which values are to stay small, and the settings; run it with `--help`.
"""

import argparse
import gzip
import json
import math
import shutil
import time
from pathlib import Path

import exported
import keras
import numpy as np
import tensorflow as tf
from keras import layers

HERE = Path(__file__).resolve().parent
FIXTURE_IMAGES = 256


def read_idx(path):
    """One gzipped IDX file of unsigned bytes as an array."""
    with gzip.open(path, "rb") as stream:
        data = stream.read()
    if data[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path} is not an IDX file of unsigned bytes")
    rank = data[3]
    shape = np.frombuffer(data, dtype=">u4", count=rank, offset=4)
    return np.frombuffer(data, dtype=np.uint8, offset=4 + 4 * rank).reshape(shape)


def load(folder, part):
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz").astype(np.float32) / np.float32(255)
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz").astype(np.int64)
    return images[..., np.newaxis], labels


def cryptonets(name, activation):
    """The CryptoNets network; activation makes a layer from its name's number."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.ZeroPadding2D(((1, 0), (1, 0)), name="pad"),
            layers.Conv2D(5, 5, strides=2, padding="valid", name="conv"),
            activation(1),
            layers.Flatten(name="flatten"),
            layers.Dense(100, name="dense1"),
            activation(2),
            layers.Dense(10, name="logits"),
        ],
        name=name,
    )


def augment(images, rng, degrees, scale, shear, shift):
    """A small random rotation, scaling, shear and shift of every image of a batch."""
    n = len(images)
    angle = np.deg2rad(rng.uniform(-degrees, degrees, n))
    sx, sy = np.exp(rng.uniform(-scale, scale, (2, n)))
    k = rng.uniform(-shear, shear, n)
    dx, dy = rng.uniform(-shift, shift, (2, n))
    # The transform maps output to input coordinates, about the centre of the image.
    a, b = sx * np.cos(angle), sx * (k * np.cos(angle) - np.sin(angle))
    c, d = sy * np.sin(angle), sy * (k * np.sin(angle) + np.cos(angle))
    centre = 13.5
    transforms = np.zeros((n, 8), np.float32)
    transforms[:, 0], transforms[:, 1], transforms[:, 2] = a, b, centre - (a + b) * centre + dx
    transforms[:, 3], transforms[:, 4], transforms[:, 5] = c, d, centre - (c + d) * centre + dy
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=[28, 28],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def train(model, images, labels, limited, clip, args):
    """Outputs of the limited layers are penalised where they go beyond args.limit; clip bounds the gradients' norm, if given."""
    steps_per_epoch = math.ceil(len(images) / args.batch)
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=args.learning_rate / 10,
        decay_steps=steps_per_epoch * max(1, args.epochs - 1),
        alpha=0.0,
        warmup_target=args.learning_rate,
        warmup_steps=steps_per_epoch,
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=args.weight_decay, clipnorm=clip)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.build(model.trainable_variables)
    smoothing = args.label_smoothing
    probe = keras.Model(model.inputs, [model.get_layer(name).output for name in (*limited, "logits")])
    rng = np.random.default_rng(args.seed)

    @tf.function(
        input_signature=[tf.TensorSpec((None, 28, 28, 1), tf.float32), tf.TensorSpec((None,), tf.int64)]
    )
    def step(x, y):
        target = tf.one_hot(y, 10) * (1 - smoothing) + smoothing / 10
        with tf.GradientTape() as tape:
            *hidden, logits = probe(x, training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target, logits))
            for values in hidden:
                excess = tf.nn.relu(tf.abs(tf.reshape(values, (tf.shape(x)[0], -1))) - args.limit)
                loss += args.limit_penalty * tf.reduce_mean(tf.reduce_sum(excess * excess, axis=1))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    start = time.monotonic()
    for epoch in range(args.epochs):
        order = rng.permutation(len(images))
        losses = []
        for i in range(steps_per_epoch):
            chosen = order[i * args.batch : (i + 1) * args.batch]
            x = augment(images[chosen], rng, args.degrees, args.scale, args.shear, args.shift)
            losses.append(step(x, tf.constant(labels[chosen])))
        print(f"epoch {epoch + 1}/{args.epochs}  loss {np.mean(losses):.4f}  {time.monotonic() - start:.0f} s", flush=True)


def ranges(model, images):
    """Least and greatest value that each linear layer yields before its activation; fixed-point formats follow from it."""
    names = ["conv", "dense1", "logits"]
    probe = keras.Model(model.inputs, [model.get_layer(name).output for name in names])
    outputs = probe.predict(images, batch_size=1000, verbose=0)
    return {name: [float(y.min()), float(y.max())] for name, y in zip(names, outputs)}


def main(folder, description, build, limited, clip=None, **settings):
    """The command line of a model's train.py in that folder; settings are the options' defaults."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HERE / "../../../shared/data/mnist", help="folder of the four MNIST IDX .gz files")
    parser.add_argument("--out", type=Path, default=folder / "saved_model", help="folder of the SavedModel to write")
    parser.add_argument("--fixture", type=Path, help=f".npy file for the logits of the first {FIXTURE_IMAGES} test images")
    parser.add_argument("--holdout", type=int, default=0, help="train without the last N training images and report their accuracy instead of the test set's; for choosing the settings below")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--weight-decay", type=float)
    parser.add_argument("--label-smoothing", type=float)
    parser.add_argument("--limit", type=float, help="magnitude above which outputs of " + " and ".join(limited) + " are penalised")
    parser.add_argument("--limit-penalty", type=float)
    parser.add_argument("--degrees", type=float, help="largest rotation")
    parser.add_argument("--scale", type=float, help="largest scaling, natural logarithm")
    parser.add_argument("--shear", type=float, help="largest shear")
    parser.add_argument("--shift", type=float, help="largest shift in pixels")
    parser.set_defaults(**settings)
    args = parser.parse_args()

    keras.utils.set_random_seed(args.seed)
    tf.config.experimental.enable_op_determinism()
    images, labels = load(args.data, "train")
    if args.holdout:
        test_images, test_labels = images[-args.holdout :], labels[-args.holdout :]
        images, labels = images[: -args.holdout], labels[: -args.holdout]
    else:
        test_images, test_labels = load(args.data, "t10k")

    model = build()
    model.summary()
    train(model, images, labels, limited, clip, args)

    if args.holdout:
        logits = model.predict(test_images, batch_size=1000, verbose=0)
        print(f"holdout accuracy {np.mean(logits.argmax(1) == test_labels):.4%}  ranges {ranges(model, test_images)}")
        return

    out = args.out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    model.export(str(out), verbose=False)
    logits = exported.logits(out, test_images)
    accuracy = float(np.mean(logits.argmax(1) == test_labels))
    print(f"test accuracy {accuracy:.4%} of {len(test_labels)} images")
    if args.fixture:
        np.save(args.fixture, exported.logits(out, test_images[:FIXTURE_IMAGES]))

    metrics = {
        "testImages": len(test_labels),
        "testCorrect": int(np.sum(logits.argmax(1) == test_labels)),
        "testAccuracy": accuracy,
        "ranges": ranges(model, test_images),
        "parameters": model.count_params(),
        "seed": args.seed,
        "epochs": args.epochs,
        "batch": args.batch,
        "learningRate": args.learning_rate,
        "weightDecay": args.weight_decay,
        "labelSmoothing": args.label_smoothing,
        "limit": args.limit,
        "limitPenalty": args.limit_penalty,
        "augmentation": {"degrees": args.degrees, "scale": args.scale, "shear": args.shear, "shift": args.shift},
        "versions": exported.versions(),
    }
    (out.parent / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
