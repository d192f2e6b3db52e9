"""CIFAR-10 from two archives of JPEG files, and the training that the networks of cifar10-*/ share.

Images are float32 in -1..1 (pixel / 127.5 - 1), 32x32x3. Classes are numbered in the order of their names.
"""

import argparse
import json
import tempfile
import time
import zipfile
from pathlib import Path

import exported
import keras
import numpy as np
import tensorflow as tf
from keras import layers

HERE = Path(__file__).resolve().parent
DATA = HERE / "../../../shared/data/cifar10"
SIZE = 32
PAD = 4


def load(folder, part):
    """Bytes of all images, labels, and the names of the classes; decoding is cached beside other temporary files."""
    archive = (folder / f"{part}.zip").resolve()
    cache = Path(tempfile.gettempdir()) / f"cifar10-{part}-{archive.stat().st_size}.npz"
    if not cache.exists():
        with zipfile.ZipFile(archive) as files:
            names = sorted(name for name in files.namelist() if name.endswith(".jpg"))
            classes = sorted({name.split("/")[0] for name in names})
            images = np.stack(
                [tf.io.decode_jpeg(files.read(name), channels=3, dct_method="INTEGER_ACCURATE").numpy() for name in names]
            )
        labels = np.array([classes.index(name.split("/")[0]) for name in names], np.int64)
        partial = cache.with_suffix(".partial.npz")
        np.savez(partial, images=images, labels=labels, classes=np.array(classes))
        partial.replace(cache)
    with np.load(cache) as arrays:
        return arrays["images"], arrays["labels"], [str(name) for name in arrays["classes"]]


def scaled(images):
    """Bytes as the networks take them."""
    return images.astype(np.float32) / np.float32(127.5) - np.float32(1)


def choose(labels, per_class, seed):
    """Places of per_class images of each class, in random order."""
    rng = np.random.default_rng(seed)
    chosen = [rng.choice(np.flatnonzero(labels == c), per_class, replace=False) for c in range(labels.max() + 1)]
    return rng.permutation(np.concatenate(chosen))


def augmented(images, size, rng):
    """Random crops of size x size, half of them flipped; whole images are first padded, so that a crop is a shift."""
    if size == SIZE:
        images = np.pad(images, ((0, 0), (PAD, PAD), (PAD, PAD), (0, 0)), mode="reflect")
    n, room = len(images), images.shape[1] - size + 1
    top, left = rng.integers(0, room, (2, n))
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    crops = windows[np.arange(n), top, left].transpose(0, 2, 3, 1)
    flip = rng.random(n) < 0.5
    crops[flip] = crops[flip, :, ::-1]
    return crops


def cryptonets(name, activation):
    """Two convolutions and a dense layer on whole images, in the style of CryptoNets; activation makes a layer from its name's number."""

    def build(_=SIZE):
        image = keras.Input((SIZE, SIZE, 3), name="image")
        x = image
        for number, filters in enumerate((16, 48), start=1):
            x = layers.Conv2D(filters, 5, strides=2, use_bias=False, name=f"conv{number}")(x)
            # Keeps what is squared small while training; afterwards it is part of the convolution.
            x = layers.BatchNormalization(momentum=0.95, epsilon=1e-5, name=f"conv{number}_bn")(x)
            x = activation(number)(x)
        x = layers.Flatten(name="flatten")(x)
        return keras.Model(image, layers.Dense(10, name="logits")(x), name=name)

    return build


def rate(progress, peak, warmup):
    """One cycle: up in a line, then down along a cosine."""
    if progress < warmup:
        return peak * (0.1 + 0.9 * progress / warmup)
    return peak * 0.5 * (1 + np.cos(np.pi * (progress - warmup) / (1 - warmup)))


def train(model, images, labels, args, finished):
    """One epoch for each of args.crops, the edge of its images; finished() is called after each."""
    sizes = args.crops
    kernels = [v for v in model.trainable_variables if v.path.endswith("kernel")]
    optimizer = keras.optimizers.SGD(0.0, momentum=0.9, nesterov=True)
    optimizer.build(model.trainable_variables)

    def step(x, y):
        target = tf.one_hot(y, 10) * (1 - args.label_smoothing) + args.label_smoothing / 10
        x = tf.cast(x, tf.float32) / 127.5 - 1
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target, logits))
            total = loss + args.weight_decay / 2 * tf.add_n([tf.reduce_sum(k.value * k.value) for k in kernels])
        optimizer.apply(tape.gradient(total, model.trainable_variables), model.trainable_variables)
        return loss

    steps = {
        size: tf.function(
            step,
            jit_compile=args.jit,
            input_signature=[tf.TensorSpec((args.batch, size, size, 3), tf.uint8), tf.TensorSpec((args.batch,), tf.int64)],
        )
        for size in set(sizes)
    }
    per_epoch = len(images) // args.batch
    # An epoch weighs in the cycle as much as it computes.
    work = np.cumsum([0] + [size * size for size in sizes])
    start = time.monotonic()
    for epoch, size in enumerate(sizes):
        if epoch < args.first_epoch:
            continue
        # An epoch's randomness is its own, so that a training that was stopped can go on.
        rng = np.random.default_rng([args.seed, epoch])
        order = rng.permutation(len(images))
        losses = []
        for i in range(per_epoch):
            progress = (work[epoch] + (work[epoch + 1] - work[epoch]) * i / per_epoch) / work[-1]
            optimizer.learning_rate.assign(rate(progress, args.learning_rate, args.warmup))
            chosen = order[i * args.batch : (i + 1) * args.batch]
            losses.append(steps[size](augmented(images[chosen], size, rng), labels[chosen]))
            if args.steps and i + 1 == args.steps:
                break
            if i % 50 == 49:
                print(f"  {i + 1}  loss {np.mean(losses[-50:]):.4f}  {time.monotonic() - start:.0f} s", flush=True)
        print(f"epoch {epoch + 1}/{len(sizes)}, {size}x{size}  loss {np.mean(losses):.4f}  {time.monotonic() - start:.0f} s", flush=True)
        finished()


def main(description, folder, build, publish=lambda model, out: out, **settings):
    """Trains build(), saves it in folder/saved_model and writes folder/metrics.json; settings are the options' defaults.

    publish gives the folder of the SavedModel that metrics.json is about, and may make it of what was trained.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of train.zip and test.zip, of files CLASS/NNNN.jpg")
    parser.add_argument("--out", type=Path, default=folder / "saved_model", help="folder of the SavedModel to write")
    parser.add_argument("--holdout", type=int, default=0, help="train without N training images of each class and report their accuracy instead of the test set's; for choosing the settings below")
    parser.add_argument("--random", action="store_true", help="export the network as it is before training")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--crops", type=int, nargs="+", help="edges of the random crops that each epoch trains on; 32 are whole images, shifted")
    parser.add_argument("--first-epoch", type=int, default=0, help="go on with the weights of --out as they were after so many epochs; momentum starts anew")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.2, help="largest of the cycle")
    parser.add_argument("--warmup", type=float, default=0.2, help="share of the cycle in which the learning rate rises")
    parser.add_argument("--weight-decay", type=float, default=5e-4)
    parser.add_argument("--label-smoothing", type=float, default=0.05)
    parser.add_argument("--threads", type=int, default=0, help="as many as there are cores unless given")
    parser.add_argument("--jit", action="store_true", help="compile the training step with XLA")
    parser.add_argument("--steps", type=int, default=0, help="stop each epoch after as many batches; for trying out")
    parser.set_defaults(**settings)
    args = parser.parse_args()

    tf.config.threading.set_inter_op_parallelism_threads(args.threads)
    tf.config.threading.set_intra_op_parallelism_threads(args.threads)
    keras.utils.set_random_seed(args.seed)
    images, labels, classes = load(args.data, "train")
    if args.holdout:
        held = choose(labels, args.holdout, args.seed)
        test_images, test_labels = images[held], labels[held]
        images, labels = np.delete(images, held, axis=0), np.delete(labels, held)
    else:
        test_images, test_labels, _ = load(args.data, "test")

    model = build()
    model.summary()
    out = args.out.resolve()

    def export():
        served = build(SIZE)
        served.set_weights(model.get_weights())
        exported.save(served, out)

    if args.random:
        export()
        return
    if args.first_epoch:
        for variable, value in zip(model.variables, tf.saved_model.load(str(out)).values, strict=True):
            variable.assign(value)
    train(model, images, labels, args, export)

    logits = exported.logits(publish(model, out), scaled(test_images))
    right = int(np.sum(logits.argmax(1) == test_labels))
    print(f"{right} of {len(test_labels)} are right")
    if args.holdout:
        return
    metrics = {
        "testImages": len(test_labels),
        "testCorrect": right,
        "testAccuracy": right / len(test_labels),
        "classes": classes,
        "parameters": model.count_params(),
        "seed": args.seed,
        "crops": args.crops,
        "batch": args.batch,
        "learningRate": args.learning_rate,
        "warmup": args.warmup,
        "weightDecay": args.weight_decay,
        "labelSmoothing": args.label_smoothing,
        "versions": exported.versions(),
    }
    (out.parent / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
