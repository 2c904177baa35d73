/// How a node is: what is checked, what must go on, and what went wrong lately. Knows nothing of
/// what it looks after.
@NullMarked
package io.sluice.gateway.health;

import org.jspecify.annotations.NullMarked;
