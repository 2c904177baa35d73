package io.sluice.standalone.doctor;

import io.sluice.broker.Remark;
import java.util.Collection;
import java.util.List;

/// One line of a doctor's report.
///
/// @param level how bad it is
/// @param check who found it
/// @param said what was found, without secrets; lines after the first are details
/// @param fix what to do about it; "" = nothing, or it is said already
public record Finding(Level level, String check, String said, String fix) {
  static Finding ok(String check, String said) {
    return new Finding(Level.OK, check, said, "");
  }

  static Finding warning(String check, String said, String fix) {
    return new Finding(Level.WARNING, check, said, fix);
  }

  static Finding error(String check, String said, String fix) {
    return new Finding(Level.ERROR, check, said, fix);
  }

  static Finding notChecked(String check, String why) {
    return new Finding(Level.NOT_CHECKED, check, "not checked: " + why, "");
  }

  /// The same as findings.
  static List<Finding> of(String check, Collection<Remark> remarks) {
    return remarks.stream().map(it -> of(check, it)).toList();
  }

  private static Finding of(String check, Remark remark) {
    Level level =
        switch (remark.grade()) {
          case OK -> Level.OK;
          case WARNING -> Level.WARNING;
          case ERROR -> Level.ERROR;
        };
    return new Finding(level, check, remark.said(), remark.fix());
  }
}
