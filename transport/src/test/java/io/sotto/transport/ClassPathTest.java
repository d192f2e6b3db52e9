package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sotto.channel.Channel;
import org.junit.jupiter.api.Test;

/** Bytes are moved without what is computed on them. */
class ClassPathTest {
  @Test
  void transportNeedsNeitherNativeCodeNorGarbledCircuits() {
    ClassLoader loader = ClassPathTest.class.getClassLoader();
    assertThat(loader.getResource("io/sotto/channel/Channel.class"))
        .isEqualTo(Channel.class.getResource("Channel.class"))
        .isNotNull();
    assertThat(loader.getResource("io/sotto/natives/NativeMemory.class")).isNull();
    assertThat(loader.getResource("io/sotto/gc/garble/Garbler.class")).isNull();
    assertThat(loader.getResource("org/bytedeco/javacpp/Pointer.class")).isNull();
  }
}
