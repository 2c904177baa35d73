/// Who is subscribed to a channel, on all nodes. Each node knows its own members ([MemberTable])
/// and asks the others when somebody wants to know ([AskedNodes]): nothing is written when somebody
/// subscribes, and a node that has died has no ghosts. Who comes and goes is told to all nodes,
/// where a namespace has it so ([MoveSender]). Entry: [Presence].
@NullMarked
package io.sluice.gateway.presence;

import org.jspecify.annotations.NullMarked;
