/**
 * Finds the formats that a model needs, by measuring it on samples: how far its values go, and how
 * few bits keep its outputs close to the float model's.
 */
@NullMarked
package io.sotto.server.calibrate;

import org.jspecify.annotations.NullMarked;
