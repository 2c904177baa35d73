/// RFC 6455 and RFC 7692 over raw sockets. The cases carry the numbers of the Autobahn suite.
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.wire;
