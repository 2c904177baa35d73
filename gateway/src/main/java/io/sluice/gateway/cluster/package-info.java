/// How a node asks the others what they hold, and hears what they tell all. Who is connected,
/// where, is in the memory of the nodes that hold the connections, so it is asked of them
/// ([io.sluice.gateway.cluster.Questions]); commands go to all of them
/// ([io.sluice.gateway.cluster.Told]).
///
/// What is asked and told belongs to the packages that answer and do it; nothing of that is known
/// here.
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.cluster;
