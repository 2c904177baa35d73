/// Seeded fuzzing of the edge over raw sockets, at three levels: bytes, frames, commands.
@NullMarked
package io.sluice.gateway.fuzz;

import org.jspecify.annotations.NullMarked;
