"""Activations of the networks that come in two forms: layers numbered from 1. Import mnist or cifar10 first, which choose Keras' backend."""

import keras
from keras import layers


def relu(number):
    return layers.ReLU(name=f"relu{number}")


def square(number):
    return layers.Activation(keras.ops.square, name=f"square{number}")
