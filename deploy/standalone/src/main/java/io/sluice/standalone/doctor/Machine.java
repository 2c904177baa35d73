package io.sluice.standalone.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.sluice.gateway.MemoryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// The machine, or container, that the doctor runs on, and a node would.
///
/// @param memory bytes
/// @param descriptors that a process may have open; nothing where the system does not say
/// @param backlog connections that may wait to be accepted (`net.core.somaxconn`); the same
public record Machine(long memory, OptionalLong descriptors, OptionalLong backlog) {
  private static final Path SOMAXCONN = Path.of("/proc/sys/net/core/somaxconn");

  /// Bytes of a number, and a line's end.
  private static final int LONGEST = 32;

  /// This one. The JVM raises its limit of descriptors as far as it may, as a node's does.
  public static Machine here() {
    return new Machine(
        MemoryBudget.Limits.ofThisProcess().machine(), openFiles(), number(SOMAXCONN));
  }

  private static OptionalLong openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? OptionalLong.of(unix.getMaxFileDescriptorCount())
        : OptionalLong.empty();
  }

  private static OptionalLong number(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      // in one piece: the kernel takes a second read of such a file for one behind its end, and
      // Files.readString reads the first byte by itself
      String text = new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII).strip();
      return text.matches("\\d{1,18}")
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    } catch (IOException _) {
      return OptionalLong.empty(); // another system
    }
  }
}
