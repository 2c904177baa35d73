package io.sluice.gateway.protocol;

import io.sluice.broker.Publication;
import java.util.List;

/// The answer to a history command.
///
/// @param epoch of the position
/// @param offset where the log is now
/// @param publications in the order asked for
public record HistoryResult(String epoch, long offset, List<Publication> publications) {
  public HistoryResult {
    publications = List.copyOf(publications);
  }
}
