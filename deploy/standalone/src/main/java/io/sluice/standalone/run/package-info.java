/// How the commands find a running `sluice up`: a file per running one, with all that they need.
///
/// Start with [RunFiles]. Nothing here starts or stops anything.
@org.jspecify.annotations.NullMarked
package io.sluice.standalone.run;
