package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/// A container image in a file (`docker save`'s form), its layers unpacked one over another, and
/// run as an engine would: read-only, by the image's user, with a temporary folder that nothing may
/// be run from. Needs root and the right to make a mount namespace; without either it fails and
/// says so.
final class UnpackedImage {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Arguments: root, user, the folder to be seen as /etc/sluice, and what to run. The process that
  /// runs is this shell's own, so that signals reach it.
  private static final String CONTAINED =
      """
      set -eu
      root=$1 user=$2 config=$3
      shift 3
      mount --bind "$root" "$root"
      mount --rbind /dev "$root/dev"
      mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
      mount -t tmpfs -o noexec,nosuid,nodev,size=64m tmpfs "$root/tmp"
      chmod 1777 "$root/tmp"
      mount --bind "$config" "$root/etc/sluice"
      mount -o remount,bind,ro "$root/etc/sluice"
      mount -o remount,bind,ro "$root"
      exec chroot --userspec="$user" "$root" "$@"
      """;

  private final Path root;
  private final JsonNode config;

  private UnpackedImage(Path root, JsonNode config) {
    this.root = root;
    this.config = config;
  }

  /// Unpacks it.
  ///
  /// @param folder an empty one
  static UnpackedImage of(String name, Path tar, Path folder)
      throws IOException, InterruptedException {
    Path parts = Files.createDirectories(folder.resolve("parts"));
    Path root = Files.createDirectories(folder.resolve("root"));
    run(name + "/untar", List.of("tar", "-xf", tar.toString(), "-C", parts.toString()));
    JsonNode manifest = JSON.readTree(parts.resolve("manifest.json").toFile()).path(0);
    int layer = 0;
    for (JsonNode file : manifest.path("Layers")) {
      run(
          name + "/layer-" + ++layer,
          List.of(
              "tar",
              "-xzf",
              parts.resolve(file.asText()).toString(),
              "-C",
              root.toString(),
              "--same-owner",
              "--same-permissions"));
    }
    assertThat(layer).as("layers").isGreaterThan(1);
    for (String engines : List.of("dev", "proc")) { // an engine makes them, as places to mount at
      Files.createDirectories(root.resolve(engines));
    }
    JsonNode image = JSON.readTree(parts.resolve(manifest.path("Config").asText()).toFile());
    return new UnpackedImage(root, image.path("config"));
  }

  /// Its files.
  Path root() {
    return root;
  }

  /// What it says of how it is run: `User`, `Entrypoint`, `Cmd`, …
  JsonNode config() {
    return config;
  }

  /// The command that runs in it what it runs unless it is told otherwise.
  ///
  /// @param configuration the folder to be seen as /etc/sluice
  List<String> command(Path configuration) {
    List<String> all = new ArrayList<>(texts("Entrypoint"));
    all.addAll(texts("Cmd"));
    return command(configuration, all);
  }

  /// The command that runs something else in it.
  List<String> command(Path configuration, List<String> what) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                CONTAINED,
                "contained",
                root.toString(),
                config.path("User").asText(),
                configuration.toString()));
    all.addAll(what);
    return List.copyOf(all);
  }

  private List<String> texts(String name) {
    return StreamSupport.stream(config.path(name).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  private static void run(String name, List<String> command)
      throws IOException, InterruptedException {
    try (RunningCommand running = RunningCommand.start(name, java.util.Map.of(), command)) {
      assertThat(running.awaitExit(LIMIT)).as(running::toString).isZero();
    }
  }
}
