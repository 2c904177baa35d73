package io.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which filters are one.
final class FilterTextTest {
  private static String text(String json) throws BadFilterException {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return FilterText.of(FilterReader.json(bytes, new FilterLimits(1_000, 10, 100)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'key':'a','cmp':'in','vals':['1','2']} | {'vals':['2','1','2'],'cmp':'in','key':'a'}
          {'key':'a','cmp':'in','vals':['1']}     | {'key':'a','cmp':'eq','val':'1'}
          {'key':'a','cmp':'gt','val':'10.50'}    | {'key':'a','cmp':'gt','val':'+010.5'}
          {'key':'a','cmp':'neq','val':'1'}       | {'op':'not','nodes':[{'key':'a','cmp':'eq','val':'1'}]}
          {'op':'and','nodes':[{'key':'a','cmp':'ex'}]} | {'key':'a','cmp':'ex'}
          {'op':'or','nodes':[{'key':'a','cmp':'ex'},{'key':'b','cmp':'ex'}]} | {'op':'or','nodes':[{'key':'b','cmp':'ex'},{'key':'a','cmp':'ex'},{'key':'b','cmp':'ex'}]}
          """)
  void orderAndWritingMakeNoDifference(String one, String other) throws Exception {
    assertThat(text(one)).isEqualTo(text(other));
  }

  @Test
  void filtersThatChooseDifferentlyAreDifferent() throws Exception {
    List<String> filters =
        List.of(
            "{'key':'a','cmp':'eq','val':'1'}",
            "{'key':'a','cmp':'neq','val':'1'}",
            "{'key':'a1','cmp':'eq','val':'1'}",
            "{'key':'a','cmp':'eq','val':'11'}",
            "{'key':'a','cmp':'in','vals':['1','11']}",
            "{'key':'a','cmp':'in','vals':['1','1','111']}",
            "{'key':'a','cmp':'eq','val':'1]=1:b[1:1'}",
            "{'key':'a','cmp':'in','vals':['1]','=1:b[1:1']}",
            "{'op':'and','nodes':[{'key':'a','cmp':'eq','val':'1'},{'key':'b','cmp':'eq','val':'1'}]}",
            "{'op':'or','nodes':[{'key':'a','cmp':'eq','val':'1'},{'key':'b','cmp':'eq','val':'1'}]}",
            "{'key':'a','cmp':'ex'}",
            "{'key':'a','cmp':'nex'}",
            "{'key':'a','cmp':'sw','val':'1'}",
            "{'key':'a','cmp':'ew','val':'1'}",
            "{'key':'a','cmp':'ct','val':'1'}",
            "{'key':'a','cmp':'gt','val':'1'}",
            "{'key':'a','cmp':'gte','val':'1'}",
            "{'key':'a','cmp':'lt','val':'1'}",
            "{'key':'a','cmp':'lte','val':'1'}",
            "{'key':'a','cmp':'lte','val':'10'}",
            "{'key':'a','cmp':'lte','val':'-1'}");
    Set<String> texts = new HashSet<>();
    for (String filter : filters) {
      assertThat(texts.add(text(filter))).as(filter).isTrue();
    }
  }
}
