package io.sluice.gateway.edge;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// The messages that wait to be written to one socket, in order, and the bound on them together
/// with what the socket has not taken yet. It refers to shared messages and copies nothing. Empty,
/// it holds no memory of its own; the lists of those that hold more than one message are used again
/// by the loop's other outboxes. Confined to the loop.
final class Outbox extends AbstractList<byte[]> implements RandomAccess {
  private final OutboxBudget budget;
  private final SpareLists spares;
  private byte @Nullable [] first;
  private @Nullable List<byte[]> rest;
  private long bytes;
  private long unwritten;

  /// @param budget of all outboxes of the loop
  /// @param spares the loop's
  Outbox(OutboxBudget budget, SpareLists spares) {
    this.budget = budget;
    this.spares = spares;
  }

  /// Puts a message at the end.
  ///
  /// @param limit bytes that may wait, this message included; an empty outbox takes one message
  ///   whatever its size
  /// @return whether there was room
  boolean put(byte[] message, long limit) {
    long waiting = bytes + unwritten;
    if (waiting > 0 && waiting + message.length > limit) {
      return false;
    }
    if (first == null) {
      first = message;
    } else {
      List<byte[]> more = rest;
      if (more == null) {
        more = spares.take();
        rest = more;
      }
      more.add(message);
    }
    bytes += message.length;
    budget.take(message.length);
    return true;
  }

  /// The same for what can be had again later: not even below the limit when the loop's outboxes
  /// are full together.
  boolean offer(byte[] message, long limit) {
    return !(bytes + unwritten > 0 && budget.spent()) && put(message, limit);
  }

  /// Bytes that wait, those included that the socket has yet to take.
  long waiting() {
    return bytes + unwritten;
  }

  /// The socket has yet to take so many bytes that were taken out.
  void unwritten(long left) {
    budget.take(left - unwritten);
    unwritten = left;
  }

  @Override
  public byte[] get(int i) {
    byte[] message = i == 0 ? first : rest == null ? null : rest.get(i - 1);
    if (message == null) {
      throw new IndexOutOfBoundsException(i);
    }
    return message;
  }

  @Override
  public int size() {
    return first == null ? 0 : rest == null ? 1 : 1 + rest.size();
  }

  @Override
  public boolean isEmpty() {
    return first == null;
  }

  /// How many of the first messages are at most so many bytes together; one if there is any.
  int upTo(int most) {
    int size = size();
    if (bytes <= most) {
      return size;
    }
    int n = 0;
    for (long sum = 0; n < size; n++) {
      sum += get(n).length;
      if (sum > most && n > 0) {
        break;
      }
    }
    return n;
  }

  /// Takes the first messages out.
  void take(int n) {
    if (n == size()) {
      clear();
      return;
    }
    long taken = 0;
    for (int i = 0; i < n; i++) {
      taken += get(i).length;
    }
    List<byte[]> more = rest;
    if (n > 0 && more != null) {
      first = more.get(n - 1);
      if (more.size() > SpareLists.LONGEST) {
        rest = more = new ArrayList<>(more.subList(n, more.size())); // as long as it need be
      } else {
        more.subList(0, n).clear();
      }
      if (more.isEmpty()) {
        rest = null;
        spares.give(more);
      }
      bytes -= taken;
      budget.give(taken);
    }
  }

  /// Forgets the messages.
  @Override
  public void clear() {
    first = null;
    if (rest != null) {
      spares.give(rest);
      rest = null;
    }
    budget.give(bytes);
    bytes = 0;
  }
}
