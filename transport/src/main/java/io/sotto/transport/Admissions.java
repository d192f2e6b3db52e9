package io.sotto.transport;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who has one of the places for sessions: so many in all, and so many of one network address. Where
 * none is left, the one that has been idle the longest makes room, if that is longer than a grace.
 * Its session takes some seconds to end, in which it still has its memory and thread: of such there
 * are never more than places, and so twice as many sessions at most.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class Admissions {
  /** A session, as far as this is concerned. */
  interface Guest {
    /** Where it comes from, see {@link Endpoint#network}. */
    String network();

    /** How long this side has been waiting for it and owes it nothing; 0 if it isn't. */
    long idleNanos();

    /** It has lost its place, and ends as soon as it can. Returns at once. */
    void makeRoom();
  }

  private final int most;
  private final int mostOfNetwork;
  private final long grace;
  private final Set<Guest> guests = new LinkedHashSet<>();

  /** Those that have made room and have not ended yet. */
  private final Set<Guest> leaving = new HashSet<>();

  Admissions(int most, int mostOfNetwork, Duration grace) {
    this.most = most;
    this.mostOfNetwork = mostOfNetwork;
    this.grace = grace.toNanos();
  }

  /** Gives a place, or says why not. */
  synchronized @Nullable String enter(Guest guest) {
    String network = guest.network();
    Predicate<Guest> own = other -> other.network().equals(network);
    boolean full = guests.size() >= most;
    if (guests.stream().filter(own).count() >= mostOfNetwork) {
      if (!makeRoom(own)) {
        return full ? allTaken() : ownTaken(network);
      }
    } else if (full && !makeRoom(any -> true)) {
      return allTaken();
    }
    guests.add(guest);
    return null;
  }

  private String allTaken() {
    return "refused, since all " + most + " connections are in use";
  }

  private String ownTaken(String network) {
    return ("refused, since " + network + " has " + mostOfNetwork)
        + " connections in use, as many as one address may have";
  }

  /** Takes the place of the one that has been idle the longest. */
  private boolean makeRoom(Predicate<Guest> among) {
    if (leaving.size() >= most) {
      return false;
    }
    Guest idlest = null;
    long longest = grace;
    for (Guest guest : guests) {
      long idle = guest.idleNanos();
      if (among.test(guest) && idle > 0 && idle >= longest) {
        idlest = guest;
        longest = idle;
      }
    }
    if (idlest == null) {
      return false;
    }
    guests.remove(idlest);
    leaving.add(idlest);
    idlest.makeRoom();
    return true;
  }

  /** It has ended. */
  synchronized void leave(Guest guest) {
    guests.remove(guest);
    leaving.remove(guest);
  }
}
