/// What `./sluice doctor` looks at: each check a class behind [Check], run one after another by
/// [Examination], all within half a minute.
///
/// Start with [Doctor]. Nothing here writes to Kafka or Redis.
@org.jspecify.annotations.NullMarked
package io.sluice.standalone.doctor;
