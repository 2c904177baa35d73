package io.sluice.perf.chaos;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What runs as a node.
///
/// @param flags of its JVM
/// @param classPath that has the gateway
/// @param environment variables beside ours
record Program(List<String> flags, String classPath, Map<String, String> environment) {
  private static final List<String> OURS = List.of("-Xmx512m", "-XX:-UsePerfData");

  Program {
    flags = List.copyOf(flags);
    environment = Map.copyOf(environment);
  }

  /// The gateway of this class path.
  ///
  /// @param flags of a node, less heap than which is enough here
  static Program ofThisBuild(List<String> flags) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(OURS);
    return new Program(all, System.getProperty("java.class.path"), Map.of());
  }

  /// The same, but with this class path.
  Program of(String otherClassPath) {
    return new Program(flags, otherClassPath, environment);
  }

  /// The same, but these classes come first.
  ///
  /// @param folder of classes
  Program patchedWith(String folder) {
    return new Program(flags, folder + File.pathSeparator + classPath, environment);
  }
}
