package io.sotto.natives.internal;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * What JavaCPP reads: the facade's headers, one a family. It generates {@code NativeFacade} and a
 * class for each opaque handle into this package.
 */
@Properties(
    value =
        @Platform(
            include = {
              "sotto/status.h",
              "sotto/memory.h",
              "sotto/cpu.h",
              "sotto/ring.h",
              "sotto/ckks.h",
              "sotto/slots.h",
              "sotto/slot_shares.h",
              "sotto/linear.h",
              "sotto/pointwise.h",
              "sotto/fixed_point.h",
              "sotto/pack.h",
              "sotto/transpose.h",
              "sotto/labels.h",
              "sotto/half_gates.h",
              "sotto/ot_extension.h",
              "sotto/lookup_pads.h",
              "sotto/lookup_tables.h",
              "sotto/product.h",
              "sotto/curve.h",
            },
            library = "jnisotto"),
    target = "io.sotto.natives.internal",
    global = "io.sotto.natives.internal.NativeFacade")
public class NativePreset implements InfoMapper {
  private static final String[] STRUCTS = {
    "sotto_circuit",
    "sotto_linear_product",
    "sotto_lookup_part",
    "sotto_lookup_transfers",
    "sotto_lookup_window",
    "sotto_pointwise_sums",
    "sotto_product_run",
    "sotto_shares_decoding",
    "sotto_slots_encryptor",
    "sotto_slots_range",
    "sotto_slots_upload",
  };

  @Override
  public void map(InfoMap infoMap) {
    // Arrays cross as addresses of native memory only: JavaCPP's overloads for Java arrays would
    // copy secrets to places that nobody wipes.
    infoMap
        .put(new Info("int8_t", "uint8_t").cast().valueTypes("byte").pointerTypes("Pointer"))
        .put(new Info("int32_t", "uint32_t").cast().valueTypes("int").pointerTypes("Pointer"))
        .put(new Info("int64_t", "uint64_t").cast().valueTypes("long").pointerTypes("Pointer"))
        .put(new Info("double").cast().valueTypes("double").pointerTypes("Pointer"));
    // Structs override methods of Pointer in a way that javac warns about.
    for (String struct : STRUCTS) {
      infoMap.put(
          new Info(struct).pointerTypes(struct).annotations("@SuppressWarnings(\"unchecked\")"));
    }
  }
}
