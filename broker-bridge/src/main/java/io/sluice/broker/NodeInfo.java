package io.sluice.broker;

import java.time.Instant;

/// A live gateway node as its heartbeats describe it.
///
/// @param id unique per process
/// @param started when its process started, by its own clock
/// @param edge base address of its public listener, such as `ws://10.0.0.7:8000`
/// @param api base address of its private listener, such as `http://10.0.0.7:9000`
/// @param version the software's version
public record NodeInfo(String id, Instant started, String edge, String api, String version) {}
