package io.sluice.gateway.edge;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Which connections of this node are a user's: those whose connect was answered, until they end.
/// Anonymous ones are in no list. As many entries as connections at most. For any thread.
///
/// Most users have one connection, which is then the map's value itself; those of the others are in
/// a set, which is changed only while the map holds its entry.
public final class Users {
  private final ConcurrentHashMap<String, Object> byName = new ConcurrentHashMap<>();

  /// Its connect was answered.
  ///
  /// @param user not empty
  void add(String user, Connection connection) {
    byName.compute(user, (_, known) -> with(known, connection));
  }

  private static Object with(@Nullable Object known, Connection one) {
    return switch (known) {
      case null -> one;
      case Connections several -> {
        several.all().add(one);
        yield several;
      }
      default -> {
        Connections several = new Connections(ConcurrentHashMap.newKeySet(4));
        several.all().add((Connection) known);
        several.all().add(one);
        yield several;
      }
    };
  }

  /// It has ended. Nothing happens when it is not among them.
  void remove(String user, Connection connection) {
    byName.computeIfPresent(user, (_, known) -> without(known, connection));
  }

  /// @return null when none is left, which removes the entry
  private static @Nullable Object without(Object known, Connection gone) {
    if (!(known instanceof Connections several)) {
      return known == gone ? null : known;
    }
    several.all().remove(gone);
    return several.all().size() == 1 ? several.all().iterator().next() : several;
  }

  /// How many users there are.
  int count() {
    return byName.size();
  }

  /// A user's connections now.
  List<Connection> of(String user) {
    return switch (byName.get(user)) {
      case null -> List.of();
      case Connections several -> List.copyOf(several.all());
      case Object one -> List.of((Connection) one);
    };
  }

  /// Connections use identity for equality.
  private record Connections(Set<Connection> all) {}
}
