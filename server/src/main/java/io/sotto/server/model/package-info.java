/**
 * What every compiler of a model takes and gives: how its numbers become fixed point, the ranges
 * that were measured of it, kept in a file beside it, and the plan with the weights.
 */
@NullMarked
package io.sotto.server.model;

import org.jspecify.annotations.NullMarked;
