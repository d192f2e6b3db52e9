package io.sotto.transport;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections that have not greeted yet, of which there are never more than so many: a further
 * one takes the place of the oldest of the address that has the most. So whoever opens connections
 * and leaves them ends his own ones, and to end another's he has to open as many as there are
 * places, and more, while that one greets.
 *
 * <p><b>Threading.</b> Any thread.
 *
 * @param <T> a connection
 */
final class Handshakes<T> {
  private final int most;
  private final Map<T, String> networks = new LinkedHashMap<>();

  Handshakes(int most) {
    this.most = most;
  }

  /** Adds one; returns the one that had to leave for it. */
  synchronized @Nullable T add(T connection, String network) {
    T leaving = networks.size() < most ? null : oldestOf(busiest());
    if (leaving != null) {
      networks.remove(leaving);
    }
    networks.put(connection, network);
    return leaving;
  }

  /** The network with the most; of several that which has the oldest. */
  private String busiest() {
    Map<String, Integer> counts = new HashMap<>();
    networks.values().forEach(network -> counts.merge(network, 1, Integer::sum));
    String busiest = "";
    int count = 0;
    for (String network : networks.values()) {
      int own = counts.getOrDefault(network, 0);
      if (own > count) {
        busiest = network;
        count = own;
      }
    }
    return busiest;
  }

  private @Nullable T oldestOf(String network) {
    Iterator<Map.Entry<T, String>> entries = networks.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<T, String> entry = entries.next();
      if (entry.getValue().equals(network)) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** It has greeted, or is gone. */
  synchronized void remove(T connection) {
    networks.remove(connection);
  }

  synchronized List<T> all() {
    return List.copyOf(networks.keySet());
  }
}
