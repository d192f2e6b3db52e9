package io.sotto.natives;

import io.sotto.natives.internal.sotto_slots_range;

/**
 * Elements from..to-1 of a block of so many at a level: what a call works on, one of several
 * threads perhaps.
 */
public record SlotRange(int level, int elements, int from, int to) {
  private static final CallStruct<sotto_slots_range> STRUCT =
      new CallStruct<>(sotto_slots_range::new);

  sotto_slots_range struct() {
    return STRUCT.get().level(level).elements(elements).from(from).to(to);
  }
}
