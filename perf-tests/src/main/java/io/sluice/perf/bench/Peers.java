package io.sluice.perf.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Other people's servers, which are measured beside Sluice where they are there.
///
/// @param nchan empty where it is not installed
/// @param centrifugo empty where it was not named
record Peers(Optional<Nchan.Installation> nchan, Optional<Centrifugo.Binary> centrifugo) {
  /// Nobody but ourselves.
  static final Peers NONE = new Peers(Optional.empty(), Optional.empty());

  /// Looks for them.
  ///
  /// @param centrifugo its program, if there is one
  /// @throws IOException when it is none
  static Peers find(@Nullable Path centrifugo) throws IOException {
    return new Peers(
        Nchan.Installation.find(),
        centrifugo == null ? Optional.empty() : Optional.of(Centrifugo.Binary.at(centrifugo)));
  }

  /// They do not run yet.
  ///
  /// @param backing for who needs Kafka and Redis
  List<Contender> contenders(Backing backing) {
    List<Contender> all = new ArrayList<>();
    centrifugo.ifPresent(binary -> {
      for (Centrifugo.Route route : Centrifugo.Route.values()) {
        all.add(new Centrifugo(binary, backing, route));
      }
    });
    nchan.map(Nchan::new).ifPresent(all::add);
    return List.copyOf(all);
  }

  /// Who is not measured, and why, in sentences.
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (nchan.isEmpty()) {
      missing.add(
          "nchan is not measured: there is no nginx with ngx_nchan_module.so (Debian: nginx and"
              + " libnginx-mod-nchan).");
    }
    if (centrifugo.isEmpty()) {
      missing.add("Centrifugo is not measured: --centrifugo has not named its program.");
    }
    return List.copyOf(missing);
  }

  /// What a reader must know of them.
  List<String> remarks() {
    List<String> remarks = new ArrayList<>(missing());
    if (nchan.isPresent()) {
      remarks.add(
          "nchan has a worker process for each processor and checks no tokens. Its clients are sent payloads and"
              + " nothing else, but for ids where they come back.");
    }
    if (centrifugo.isPresent()) {
      remarks.add(
          "Centrifugo keeps publications in its memory and has no log; 'from Kafka' it reads them from"
              + " Kafka and keeps them in Redis, whose costs are not counted as its own.");
    }
    if (nchan.isPresent() || centrifugo.isPresent()) {
      remarks.add(
          "nchan, and Centrifugo by itself, are published to by HTTP requests that follow one another"
              + " on one connection.");
    }
    return List.copyOf(remarks);
  }
}
