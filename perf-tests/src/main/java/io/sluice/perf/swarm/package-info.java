/// The swarm: tens of thousands of clients of the protocol on a small machine, each checked.
///
/// A [io.sluice.perf.swarm.Swarm] has worker processes ([io.sluice.perf.swarm.SwarmMain]), because
/// a process may have only so many sockets, and because what the clients cost must not be mistaken
/// for what the server costs. It gives them [io.sluice.perf.swarm.Order]s over their standard input
/// and they answer with [io.sluice.perf.swarm.Report]s. In a worker everything is confined to one
/// event loop: the [io.sluice.perf.swarm.Population] and its [io.sluice.perf.swarm.Peer]s.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.swarm;
