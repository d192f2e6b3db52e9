package io.sotto.client;

/**
 * Which batches a client takes, and how.
 *
 * @param memoryLimit the most bytes that their outputs may take
 * @param mostImages of one run of the session; larger batches are split
 * @param clips takes numbers outside the model's range as its ends
 */
record BatchRules(long memoryLimit, int mostImages, boolean clips) {}
