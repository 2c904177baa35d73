package io.sluice.gateway.fuzz;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What this process has open, by name: `socket 1234->5678` with the ports of both ends, `a UNIX
/// socket`, a file's path, or what the system calls it. Needs `/proc`.
///
/// @param names one for each descriptor
public record Descriptors(List<String> names) {
  private static final Path OWN = Path.of("/proc/self/fd");
  private static final Path UNIX = Path.of("/proc/self/net/unix");
  private static final int UNIX_INODE = 6;
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

  /// In the tables of the system.
  private static final String LISTENING = "0A";

  /// What is open now.
  public static Descriptors now() throws IOException {
    Map<String, String> sockets = sockets();
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(OWN)) {
      for (Path each : all) {
        name(each).ifPresent(name -> found.add(sockets.getOrDefault(name, name)));
      }
    }
    return new Descriptors(found);
  }

  private static Optional<String> name(Path descriptor) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(descriptor).toString());
    } catch (NoSuchFileException _) {
      return Optional.empty(); // closed meanwhile
    }
  }

  /// Connections with one of these ports at either end.
  public List<String> connections(Set<Integer> ports) {
    return names.stream().filter(isConnection(ports)).toList();
  }

  /// Everything that does not belong to a connection of these ports. Left out as well: files, which
  /// the brokers and the class loaders of this process open when they like, and what the JDK waits
  /// with, of which it makes more for virtual threads.
  public List<String> others(Set<Integer> ports) {
    return names.stream()
        .filter(isConnection(ports).negate())
        .filter(name -> !name.startsWith("/") && !name.startsWith("anon_inode:[event"))
        .toList();
  }

  private static Predicate<String> isConnection(Set<Integer> ports) {
    return name -> {
      if (!name.startsWith("socket ")) {
        return false;
      }
      String[] ends = name.substring("socket ".length()).split("->", 2);
      return ports.contains(Integer.valueOf(ends[0])) || ports.contains(Integer.valueOf(ends[1]));
    };
  }

  private static Map<String, String> sockets() throws IOException {
    Map<String, String> found = new HashMap<>();
    for (Path table : TABLES) {
      if (Files.exists(table)) {
        List<String> lines = Files.readAllLines(table);
        for (String line : lines.subList(1, lines.size())) {
          String[] columns = line.trim().split(" +", -1);
          String name =
              columns[3].equals(LISTENING)
                  ? "listening on " + port(columns[1])
                  : "socket %d->%d".formatted(port(columns[1]), port(columns[2]));
          found.put("socket:[" + columns[9] + "]", name);
        }
      }
    }
    if (Files.exists(UNIX)) {
      for (String line : Files.readAllLines(UNIX)) {
        found.put("socket:[" + line.split(" +", -1)[UNIX_INODE] + "]", "a UNIX socket");
      }
    }
    return found;
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
  }
}
