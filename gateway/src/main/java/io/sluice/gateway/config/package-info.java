/// What a node is told before it starts: one tree of records, read once from one YAML file, the
/// environment and system properties, in which the later source wins. Every value is checked before
/// anything is opened; all problems are reported together, each with its key and value.
///
/// Start reading at [io.sluice.gateway.config.ConfigLoader] and
/// [io.sluice.gateway.config.GatewayConfig]. Depends on nothing else of the gateway.
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.config;
