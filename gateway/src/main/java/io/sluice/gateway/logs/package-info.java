/// The log of a process: how its lines look, what is left out of them, how they come to stderr
/// without anybody waiting for that, the levels of loggers, and the access log. Knows nothing of
/// what logs.
@NullMarked
package io.sluice.gateway.logs;

import org.jspecify.annotations.NullMarked;
