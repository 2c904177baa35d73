/// `sluice up`: Kafka, Redis and gateway nodes on this machine, from one command. [Up] starts and
/// stops the whole; every node is a process of its own that ends when this one does.
@org.jspecify.annotations.NullMarked
package io.sluice.standalone.up;
