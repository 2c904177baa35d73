package io.sluice.perf.run;

import io.sluice.gateway.Version;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/// The machine and the software a run is made on.
public final class Surroundings {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
  private static final double GIB = 1L << 30;

  private Surroundings() {}

  /// What it runs on, for people.
  public static Map<String, String> machine() throws IOException {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("processor", processor());
    machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    machine.put(
        "memory", String.format(Locale.ROOT, "%.0f GiB", system.getTotalMemorySize() / GIB));
    machine.put(
        "system", "%s %s %s".formatted(system.getName(), system.getVersion(), system.getArch()));
    machine.put("network", "loopback");
    return machine;
  }

  private static String processor() throws IOException {
    if (!Files.isReadable(PROCESSORS)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  /// Of what is measured and of what that stands on.
  public static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("Sluice", Version.CURRENT);
    versions.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
    versions.put("Kafka", property("/kafka/kafka-version.properties", "version"));
    var netty = io.netty.util.Version.identify().get("netty-common");
    versions.put("Netty", netty == null ? "unknown" : netty.artifactVersion());
    return versions;
  }

  /// As a library's own jar says.
  private static String property(String resource, String key) {
    Properties all = new Properties();
    try (InputStream in = Surroundings.class.getResourceAsStream(resource)) {
      if (in != null) {
        all.load(in);
      }
    } catch (IOException e) {
      return "unknown: " + e;
    }
    return all.getProperty(key, "unknown");
  }
}
