"""The test images of an encrypted run, and what came of it beside TensorFlow.

    cifar10_encrypted.py export --out DIR             # test.npy, test-labels.npy, calibration.npy
    cifar10_encrypted.py compare MODEL --images DIR --predictions FILE.npy
    cifar10_encrypted.py fixture MODEL --images DIR   # input.npy, expected.npy, labels.npy beside the model: a few images, TensorFlow's logits, classes

Test images are as many of each class, chosen with a seed, in random order; those for calibration are training images.
MODEL is a folder with a SavedModel of cifar10-*/.
"""

import argparse
import json
from pathlib import Path

import cifar10
import exported
import numpy as np


def export(args):
    args.out.mkdir(parents=True, exist_ok=True)
    for part, name, count in (("test", "test", args.test), ("train", "calibration", args.calibration)):
        images, labels, _ = cifar10.load(args.data, part)
        chosen = cifar10.choose(labels, count // 10, args.seed)
        np.save(args.out / f"{name}.npy", cifar10.scaled(images[chosen]))
        if part == "test":
            np.save(args.out / f"{name}-labels.npy", labels[chosen])
        print(f"{args.out / name}.npy: {len(chosen)} images")


def compare(args):
    images, labels = np.load(args.images / "test.npy"), np.load(args.images / "test-labels.npy")
    encrypted = np.load(args.predictions)
    images, labels = images[: len(encrypted)], labels[: len(encrypted)]
    clear = exported.logits(args.model, images)
    error = np.abs(encrypted - clear)
    result = {
        "images": len(labels),
        "accuracyEncrypted": float(np.mean(encrypted.argmax(1) == labels)),
        "accuracyInTheClear": float(np.mean(clear.argmax(1) == labels)),
        "equalClasses": float(np.mean(encrypted.argmax(1) == clear.argmax(1))),
        "largestLogit": float(np.abs(clear).max()),
        "largestLogitError": float(error.max()),
        "meanLogitError": float(error.mean()),
    }
    print(json.dumps(result, indent=2))


def fixture(args):
    images = np.load(args.images / "test.npy")[: args.count]
    np.save(args.model.parent / "input.npy", images)
    np.save(args.model.parent / "expected.npy", exported.logits(args.model, images))
    labels = np.load(args.images / "test-labels.npy")[: args.count]
    np.save(args.model.parent / "labels.npy", labels.astype(np.uint8))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("export", help="write the images")
    command.add_argument("--data", type=Path, default=cifar10.DATA, help="folder of train.zip and test.zip")
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--test", type=int, default=1000, help="test images, a tenth of each class")
    command.add_argument("--calibration", type=int, default=200, help="training images, a tenth of each class")
    command.add_argument("--seed", type=int, default=1)
    command.set_defaults(run=export)
    command = commands.add_parser("compare", help="accuracy, share of equal classes, largest error")
    command.add_argument("model", type=Path)
    command.add_argument("--images", type=Path, required=True, help="what export wrote")
    command.add_argument("--predictions", type=Path, required=True, help="what sotto predict wrote")
    command.set_defaults(run=compare)
    command = commands.add_parser("fixture", help="images and logits for the build's tests")
    command.add_argument("model", type=Path)
    command.add_argument("--images", type=Path, required=True, help="what export wrote")
    command.add_argument("--count", type=int, default=16)
    command.set_defaults(run=fixture)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
