/// Patches from one payload to the next, in Fossil's delta format. Pure, and knows nothing of the
/// rest.
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.delta;
