/// The node: [Gateway] wires everything by hand, in start order, and closes it in reverse.
@org.jspecify.annotations.NullMarked
package io.sluice.gateway;
