package io.sotto.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionsTest {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Admissions admissions = new Admissions(4, 2, GRACE);
  private final List<String> left = new ArrayList<>();

  private final class Guest implements Admissions.Guest {
    private final String name;
    private final String network;
    private final long idleSeconds;

    Guest(String name, String network, long idleSeconds) {
      this.name = name;
      this.network = network;
      this.idleSeconds = idleSeconds;
    }

    @Override
    public String network() {
      return network;
    }

    @Override
    public long idleNanos() {
      return TimeUnit.SECONDS.toNanos(idleSeconds);
    }

    @Override
    public void makeRoom() {
      left.add(name);
    }
  }

  private void enters(String name, String network, long idleSeconds) {
    assertThat(admissions.enter(new Guest(name, network, idleSeconds))).isNull();
  }

  @Test
  void noAddressTakesAll() {
    enters("a1", "a", 0);
    enters("a2", "a", 0);
    assertThat(admissions.enter(new Guest("a3", "a", 0)))
        .isEqualTo("refused, since a has 2 connections in use, as many as one address may have");
    enters("b1", "b", 0);
    enters("c1", "c", 0);
    for (String network : new String[] {"a", "b", "d"}) {
      assertThat(admissions.enter(new Guest("one more", network, 0)))
          .isEqualTo("refused, since all 4 connections are in use");
    }
    assertThat(left).isEmpty();
  }

  @Test
  void whoHasBeenIdleTheLongestMakesRoom() {
    enters("a1", "a", 11);
    enters("a2", "a", 0);
    enters("b1", "b", 12);
    enters("c1", "c", 9);
    enters("d1", "d", 20);
    assertThat(left).containsExactly("b1");
    enters("b2", "b", 0);
    assertThat(left).containsExactly("b1", "d1");
    // a has two: one of them, though another's has been idle for longer.
    enters("e1", "e", 30);
    assertThat(left).containsExactly("b1", "d1", "a1");
  }

  @Test
  void anAddressWithItsShareMakesRoomForItself() {
    enters("a1", "a", 11);
    enters("a2", "a", 0);
    enters("b1", "b", 100);
    enters("a3", "a", 0);
    assertThat(left).containsExactly("a1");
    assertThat(admissions.enter(new Guest("a4", "a", 0))).contains("as many as one address");
  }

  @Test
  void placesAreFreeAgain() {
    Guest first = new Guest("a1", "a", 11);
    assertThat(admissions.enter(first)).isNull();
    enters("a2", "a", 0);
    enters("a3", "a", 0); // for the first
    admissions.leave(first); // it has none any more
    assertThat(admissions.enter(new Guest("a4", "a", 0))).isNotNull();
    Guest second = new Guest("b1", "b", 0);
    assertThat(admissions.enter(second)).isNull();
    admissions.leave(second);
    enters("b2", "b", 0);
    enters("b3", "b", 0);
    assertThat(admissions.enter(new Guest("c1", "c", 0))).contains("all 4");
  }

  /** However fast others come: sessions that lost their places and still end are bounded, too. */
  @Test
  void noMoreMakeRoomThanThereArePlaces() {
    List<Guest> first = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Guest guest = new Guest("first" + i, "n" + i, 30 - i);
      first.add(guest);
      assertThat(admissions.enter(guest)).isNull();
    }
    for (int i = 0; i < 4; i++) {
      enters("second" + i, "m" + i, 11);
    }
    assertThat(left).containsExactly("first0", "first1", "first2", "first3");
    assertThat(admissions.enter(new Guest("third", "k", 11))).contains("all 4");
    admissions.leave(first.get(2));
    enters("third", "k", 11);
    assertThat(left).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.2, 127.0.0.2",
    "::ffff:192.0.2.7, 192.0.2.7",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
    "2001:db8:1:2::9, 2001:db8:1:2:0:0:0:0/64",
    "fe80::1, fe80:0:0:0:0:0:0:0/64"
  })
  void anIpv6NetworkIsOneAddress(String address, String network) throws UnknownHostException {
    assertThat(Endpoint.network(InetAddress.getByName(address))).isEqualTo(network);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 2", "4, 2", "5, 2", "6, 3", "1000, 500"})
  void aFairShareIsHalf(int connections, int share) {
    assertThat(ListenerOptions.fairShare(connections)).isEqualTo(share);
    assertThat(ListenerOptions.defaults().withMaxConnections(connections).maxOfAddress())
        .isEqualTo(share);
  }
}
