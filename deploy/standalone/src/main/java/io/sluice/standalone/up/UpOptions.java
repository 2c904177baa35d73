package io.sluice.standalone.up;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What `up` was asked for.
///
/// @param nodes gateway nodes, at least one
/// @param edgePort the first node's; the others count up
/// @param apiPort the first node's; the others count up
/// @param kafka bootstrap servers of the reader's own Kafka; null: an embedded one
/// @param redis address of the reader's own Redis; null: an embedded one
/// @param data where everything is kept; null: a temporary directory
public record UpOptions(
    int nodes,
    int edgePort,
    int apiPort,
    @Nullable String kafka,
    @Nullable String redis,
    @Nullable Path data) {}
