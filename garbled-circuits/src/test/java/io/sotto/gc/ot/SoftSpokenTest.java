package io.sotto.gc.ot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sotto.channel.Channel;
import io.sotto.channel.PeerViolationException;
import io.sotto.channel.Traffic;
import io.sotto.gc.internal.KernelForms;
import io.sotto.gc.internal.LabelKernel;
import io.sotto.gc.internal.PlainLabelKernel;
import io.sotto.gc.testing.DeterministicRandom;
import io.sotto.gc.testing.TwoParties;
import io.sotto.gc.testing.WireDigest;
import io.sotto.natives.NativeBuffer;
import io.sotto.natives.Scope;
import io.sotto.natives.testing.LeakCheck;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of {@link IknpTest}'s transfers holds of these. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class SoftSpokenTest {
  private static final int[] COUNTS = {1, 0, 127, 128, 129, 1000, 2048, 8192, 2049};

  private interface SenderOpener {
    CorrelatedOtSender open(Channel channel, SecureRandom random, NativeBuffer delta);
  }

  private interface ReceiverOpener {
    CorrelatedOtReceiver open(Channel channel, SecureRandom random);
  }

  private static List<OtTrees> trees() {
    return OtTrees.ALLOWED.stream().map(OtTrees::new).toList();
  }

  @ParameterizedTest
  @MethodSource("trees")
  void labelsDifferByDeltaWhereTheChoiceIsOne(OtTrees trees) {
    checkSoftSpoken(trees, KernelForms::fastest, KernelForms::fastest);
  }

  @ParameterizedTest
  @MethodSource("trees")
  void theKernelsOfTheTwoSidesMayDiffer(OtTrees trees) {
    checkSoftSpoken(trees, PlainLabelKernel::new, KernelForms::fastest);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 3, 5, 16, 32})
  void otherTreesAreRefused(int bits) {
    assertThatThrownBy(() -> new OtTrees(bits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(bits + " bits; allowed are [2, 4, 8]");
  }

  private static void checkSoftSpoken(
      OtTrees trees, Supplier<LabelKernel> senderKernel, Supplier<LabelKernel> receiverKernel) {
    check(
        (channel, random, delta) ->
            SoftSpokenSender.open(channel, random, senderKernel.get(), trees, delta),
        (channel, random) -> SoftSpokenReceiver.open(channel, random, receiverKernel.get(), trees));
  }

  /** The same properties of the reference, by the same code. */
  @Test
  void theReferenceHasTheSameProperties() {
    check(
        (channel, random, delta) -> IknpSender.open(channel, random, delta),
        (channel, random) -> IknpReceiver.open(channel, random));
  }

  private static NativeBuffer delta(Scope scope, long seed) {
    NativeBuffer delta = scope.allocate(16);
    Random random = new Random(seed);
    delta.longs().put(random.nextLong()).put(random.nextLong());
    return delta;
  }

  /** A session of several requests, by one protocol or the other. */
  private static void check(SenderOpener senders, ReceiverOpener receivers) {
    long seed = new SecureRandom().nextLong();
    try (Scope scope = new Scope()) {
      NativeBuffer delta = delta(scope, seed);
      Random random = new Random(~seed);
      NativeBuffer[] choices = new NativeBuffer[COUNTS.length];
      NativeBuffer[] sent = new NativeBuffer[COUNTS.length];
      NativeBuffer[] received = new NativeBuffer[COUNTS.length];
      for (int i = 0; i < COUNTS.length; i++) {
        choices[i] = scope.allocate(Math.max(16, CorrelatedOts.choiceBytes(COUNTS[i])));
        ByteBuffer bytes = choices[i].bytes();
        for (int j = 0; j < COUNTS[i]; j++) {
          bytes.put(j / 8, (byte) (bytes.get(j / 8) | random.nextInt(2) << (j % 8)));
        }
        sent[i] = scope.allocate(Math.max(16, CorrelatedOts.labelBytes(COUNTS[i])));
        received[i] = scope.allocate(Math.max(16, CorrelatedOts.labelBytes(COUNTS[i])));
      }
      TwoParties.run(
          channel -> {
            try (CorrelatedOtSender sender =
                senders.open(channel, new DeterministicRandom(seed), delta)) {
              for (int i = 0; i < COUNTS.length; i++) {
                sender.extend(COUNTS[i], sent[i]);
              }
            }
            return null;
          },
          channel -> {
            try (CorrelatedOtReceiver receiver =
                receivers.open(channel, new DeterministicRandom(~seed))) {
              for (int i = 0; i < COUNTS.length; i++) {
                Traffic before = channel.traffic();
                receiver.extend(COUNTS[i], choices[i], received[i]);
                assertThat(channel.traffic().minus(before))
                    .isEqualTo(new Traffic(5L + receiver.requestBytes(COUNTS[i]), 0, 0));
              }
              channel.flush();
            }
            return null;
          });
      Set<Long> seen = new HashSet<>();
      int transfers = 0;
      for (int i = 0; i < COUNTS.length; i++) {
        for (int j = 0; j < COUNTS[i]; j++) {
          long mask = -(choices[i].bytes().get(j / 8) >> (j % 8) & 1L);
          for (int w = 0; w < 2; w++) {
            long q = sent[i].longs().get(2 * j + w);
            long t = received[i].longs().get(2 * j + w);
            assertThat(t ^ q).as("seed %d", seed).isEqualTo(delta.longs().get(w) & mask);
            seen.add(q);
          }
          transfers++;
        }
      }
      // The streams go on from request to request: no label comes twice.
      assertThat(seen).hasSize(2 * transfers);
    }
  }

  @ParameterizedTest
  @MethodSource("trees")
  void theSetupCostsWhatWasDeclared(OtTrees trees) {
    try (Scope scope = new Scope()) {
      NativeBuffer delta = delta(scope, 3);
      var outcomes =
          TwoParties.run(
              channel -> {
                SoftSpokenSender.open(
                        channel, new SecureRandom(), KernelForms.fastest(), trees, delta)
                    .close();
                return channel.traffic();
              },
              channel -> {
                SoftSpokenReceiver.open(channel, new SecureRandom(), KernelForms.fastest(), trees)
                    .close();
                return channel.traffic();
              });
      assertThat(outcomes.firstValue()).isEqualTo(SoftSpokenSender.setupTraffic());
      assertThat(outcomes.secondValue()).isEqualTo(SoftSpokenReceiver.setupTraffic());
    }
  }

  /** The chooser has leaf x + choice at place x, for each choice and x other than 0. */
  @ParameterizedTest
  @MethodSource("trees")
  void allLeavesButTheChosenAreTransferred(OtTrees trees) {
    try (Scope scope = new Scope()) {
      NativeBuffer choices = delta(scope, 5);
      NativeBuffer all = scope.allocate(trees.leafBytes());
      NativeBuffer some = scope.allocate(trees.leafBytes());
      var salts =
          TwoParties.run(
              channel ->
                  KeyTrees.own(trees, channel, new SecureRandom(), KernelForms.fastest(), all),
              channel ->
                  KeyTrees.choose(
                      trees, channel, new SecureRandom(), new PlainLabelKernel(), choices, some));
      assertThat(salts.firstValue()).isEqualTo(salts.secondValue());
      for (int t = 0; t < trees.count(); t++) {
        int bit = t * trees.bits();
        int choice = choices.bytes().get(bit / 8) >> (bit % 8) & (trees.leaves() - 1);
        for (int x = 0; x < trees.leaves(); x++) {
          for (int w = 0; w < 2; w++) {
            long mine = some.longs().get(2 * (t * trees.leaves() + x) + w);
            long theirs = all.longs().get(2 * (t * trees.leaves() + (x ^ choice)) + w);
            if (x == 0) {
              assertThat(mine).isZero();
              assertThat(theirs).isNotZero();
            } else {
              assertThat(mine).isEqualTo(theirs);
            }
          }
        }
      }
    }
  }

  /** A guess of a key can be compared with one node of one tree of one run. */
  @ParameterizedTest
  @MethodSource("trees")
  void noTwoLevelsTreesOrRunsShareABlock(OtTrees trees) {
    Set<List<Long>> blocks = new HashSet<>();
    for (int run = 1; run <= 2; run++) {
      try (Scope scope = new Scope()) {
        NativeBuffer choices = delta(scope, 5);
        NativeBuffer all = scope.allocate(trees.leafBytes());
        NativeBuffer some = scope.allocate(trees.leafBytes());
        TwoParties.run(
            channel -> KeyTrees.own(trees, channel, new SecureRandom(), noting(blocks), all),
            channel ->
                KeyTrees.choose(
                    trees, channel, new SecureRandom(), KernelForms.fastest(), choices, some));
      }
      assertThat(blocks).hasSize(run * 2 * LabelKernel.COLUMNS);
    }
    // The leaves' streams count from 0 on.
    assertThat(blocks).allMatch(block -> block.get(1) < 0);
  }

  /** A kernel that notes both halves of all blocks of streams. */
  private static LabelKernel noting(Set<List<Long>> blocks) {
    LabelKernel kernel = KernelForms.fastest();
    return (LabelKernel)
        Proxy.newProxyInstance(
            LabelKernel.class.getClassLoader(),
            new Class<?>[] {LabelKernel.class},
            (self, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("stream");
              for (int i = 0; i < (int) arguments[3]; i++) {
                blocks.add(List.of((long) arguments[1], (long) arguments[2] + i));
              }
              return method.invoke(kernel, arguments);
            });
  }

  /** Every byte on the wire, for fixed randomness. A change here is a change of the protocol. */
  @Test
  void theBytesOnTheWireAreTheseOnes() {
    try (Scope scope = new Scope()) {
      NativeBuffer delta = delta(scope, 11);
      NativeBuffer choices = scope.allocate(CorrelatedOts.choiceBytes(3000));
      Arrays.stream(new int[] {0, 7, 99}).forEach(i -> choices.bytes().put(i, (byte) 0x5a));
      NativeBuffer sent = scope.allocate(CorrelatedOts.labelBytes(3000));
      NativeBuffer received = scope.allocate(CorrelatedOts.labelBytes(3000));
      var outcomes =
          TwoParties.run(
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (SoftSpokenSender sender =
                    SoftSpokenSender.open(
                        wire,
                        new DeterministicRandom(1),
                        KernelForms.fastest(),
                        OtTrees.DEFAULT,
                        delta)) {
                  sender.extend(3000, sent);
                }
                return wire.hex();
              },
              channel -> {
                WireDigest wire = new WireDigest(channel);
                try (SoftSpokenReceiver receiver =
                    SoftSpokenReceiver.open(
                        wire, new DeterministicRandom(2), KernelForms.fastest(), OtTrees.DEFAULT)) {
                  receiver.extend(3000, choices, received);
                  wire.flush();
                }
                return wire.hex();
              });
      assertThat(List.of(outcomes.firstValue(), outcomes.secondValue()))
          .containsExactly("04f73cdf47e24fdd96bdbb708c8eab46", "52d5c91470ae9e4faf155effc67dc315");
    }
  }

  @Test
  void aRequestOfAnotherLengthIsRefused() {
    try (Scope scope = new Scope()) {
      NativeBuffer delta = delta(scope, 13);
      TwoParties.run(
          channel -> {
            try (SoftSpokenSender sender =
                SoftSpokenSender.open(
                    channel, new SecureRandom(), KernelForms.fastest(), OtTrees.DEFAULT, delta)) {
              NativeBuffer labels = scope.allocate(CorrelatedOts.labelBytes(256));
              assertThatThrownBy(() -> sender.extend(256, labels))
                  .isInstanceOf(PeerViolationException.class);
            }
            return null;
          },
          channel -> {
            try (Scope own = new Scope();
                SoftSpokenReceiver receiver =
                    SoftSpokenReceiver.open(
                        channel, new SecureRandom(), KernelForms.fastest(), OtTrees.DEFAULT)) {
              receiver.extend(128, own.allocate(16), own.allocate(2048));
              channel.flush();
            }
            return null;
          });
    }
  }
}
