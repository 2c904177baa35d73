@org.jspecify.annotations.NullMarked
package io.sluice.standalone.doctor;
