package io.sluice.gateway.protocol;

import io.sluice.broker.Publication;
import java.util.LinkedHashMap;
import java.util.Map;

/// The tags of a publication as clients see them.
public final class PublicationTags {
  /// The tag of a publication without a value: whatever the channel held is deleted.
  private static final String DELETED = "deleted";

  private PublicationTags() {}

  /// Those its producer gave it; with `deleted`, if it has no value and they do not say otherwise.
  public static Map<String, String> of(Publication publication) {
    Map<String, String> given = publication.headers().tags();
    if (publication.data().isPresent() || given.containsKey(DELETED)) {
      return given;
    }
    Map<String, String> all = new LinkedHashMap<>(given);
    all.put(DELETED, "true");
    return all;
  }
}
