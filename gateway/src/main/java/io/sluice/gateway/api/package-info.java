/// The private listener: the HTTP API for services, health and metrics for operators, and the
/// console. Helidon runs every request on a virtual thread of its own, so handlers may block; each
/// wait has a limit.
///
/// Start reading at [io.sluice.gateway.api.ApiServer]. What the API needs of the node is
/// [io.sluice.gateway.api.NodePort], of all nodes [io.sluice.gateway.api.ClusterPort],
/// [io.sluice.gateway.api.HealthReport] and [io.sluice.gateway.api.ConsoleSession]; the node
/// implements or makes these, the API never reaches for it. A request becomes
/// [io.sluice.gateway.api.Command]s ([io.sluice.gateway.api.CommandReader]), which become
/// [io.sluice.gateway.api.Reply]s ([io.sluice.gateway.api.Commands]); what lies below `/api/v1` is
/// a [io.sluice.gateway.api.Resource].
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.api;
