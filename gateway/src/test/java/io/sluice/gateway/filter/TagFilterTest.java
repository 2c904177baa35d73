package io.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Filters as clients write them.
final class TagFilterTest {
  private static final FilterLimits LIMITS = new FilterLimits(500, 3, 6);
  private static final Map<String, String> TAGS =
      Map.of(
          "kind", "trade", "price", "10.50", "size", "many", "market", "XETR", "low", "-3", "half",
          ".5", "void", "");

  private static TagFilter json(String json) throws BadFilterException {
    return FilterReader.json(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), LIMITS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'key':'kind','cmp':'eq','val':'trade'}               | true
          {'key':'kind','cmp':'eq','val':'Trade'}               | false
          {'key':'none','cmp':'eq','val':'trade'}               | false
          {'key':'kind','cmp':'neq','val':'trade'}              | false
          {'key':'kind','cmp':'neq','val':'quote'}              | true
          {'key':'none','cmp':'neq','val':'trade'}              | true
          {'key':'kind','cmp':'in','vals':['quote','trade']}    | true
          {'key':'kind','cmp':'in','vals':['quote','quote']}    | false
          {'key':'none','cmp':'in','vals':['quote']}            | false
          {'key':'kind','cmp':'nin','vals':['quote','trade']}   | false
          {'key':'none','cmp':'nin','vals':['quote']}           | true
          {'key':'kind','cmp':'ex'}                             | true
          {'key':'none','cmp':'ex'}                             | false
          {'key':'kind','cmp':'nex'}                            | false
          {'key':'none','cmp':'nex'}                            | true
          {'key':'market','cmp':'sw','val':'XE'}                | true
          {'key':'market','cmp':'sw','val':'ET'}                | false
          {'key':'market','cmp':'ew','val':'TR'}                | true
          {'key':'market','cmp':'ew','val':'ET'}                | false
          {'key':'market','cmp':'ct','val':'ET'}                | true
          {'key':'none','cmp':'ct','val':'ET'}                  | false
          {'key':'price','cmp':'gt','val':'10.5'}               | false
          {'key':'price','cmp':'gte','val':'10.5'}              | true
          {'key':'price','cmp':'lt','val':'10.5'}               | false
          {'key':'price','cmp':'lte','val':'010.500'}           | true
          {'key':'price','cmp':'gt','val':'9'}                  | true
          {'key':'low','cmp':'lt','val':'-0.5'}                 | true
          {'key':'half','cmp':'lt','val':'1'}                   | false
          {'key':'none','cmp':'in','vals':['','quote']}         | true
          {'key':'none','cmp':'nin','vals':['','quote']}        | false
          {'key':'void','cmp':'in','vals':['','quote']}         | true
          {'key':'void','cmp':'ex'}                             | true
          {'key':'void','cmp':'neq','val':'quote'}              | true
          {'key':'size','cmp':'gt','val':'1'}                   | false
          {'key':'size','cmp':'lt','val':'1'}                   | false
          {'key':'none','cmp':'lt','val':'1'}                   | false
          {'op':'not','nodes':[{'key':'kind','cmp':'ex'}]}      | false
          {'op':'and','nodes':[{'key':'kind','cmp':'ex'},{'key':'price','cmp':'lt','val':'11'}]}  | true
          {'op':'and','nodes':[{'key':'kind','cmp':'ex'},{'key':'price','cmp':'lt','val':'10'}]}  | false
          {'op':'or','nodes':[{'key':'none','cmp':'ex'},{'key':'price','cmp':'lt','val':'11'}]}   | true
          {'op':'or','nodes':[{'key':'none','cmp':'ex'},{'key':'price','cmp':'lt','val':'10'}]}   | false
          {'op':'and','nodes':[{'op':'not','nodes':[{'key':'none','cmp':'ex'}]}]}                 | true
          {'future':{'a':[1]},'key':'kind','cmp':'ex'}          | true
          """)
  void publicationsAreChosenByTheirTags(String filter, boolean passes) throws Exception {
    assertThat(json(filter).passes(TAGS)).isEqualTo(passes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                              | a node is an object
          {'key':'a'}                                     | cmp '' is none of eq,
          {'key':'a','cmp':'like','val':'x'}              | cmp 'like' is none of eq,
          {'cmp':'eq','val':'x'}                          | a comparison needs a key
          {'key':'a','cmp':'eq'}                          | 'eq' takes a val, and no vals
          {'key':'a','cmp':'eq','val':'x','vals':['x']}   | 'eq' takes a val, and no vals
          {'key':'a','cmp':'in','val':'x'}                | 'in' takes vals, and no val
          {'key':'a','cmp':'ex','val':'x'}                | 'ex' takes neither val nor vals
          {'key':'a','cmp':'gt','val':'1e9'}              | 'gt' takes a decimal number of at most 200 characters, not '1e9'
          {'key':'a','cmp':'lt','val':'.5'}               | 'lt' takes a decimal number of at most 200 characters, not '.5'
          {'key':'a','cmp':'lte','val':'x'}               | 'lte' takes a decimal number of at most 200 characters, not 'x'
          {'op':'xor','nodes':[{'key':'a','cmp':'ex'}]}   | op 'xor' is none of and, or, not
          {'op':'and'}                                    | 'and' takes one node or more
          {'op':'not','nodes':[{'key':'a','cmp':'ex'},{'key':'b','cmp':'ex'}]} | 'not' takes one node, not 2
          {'op':'or','key':'a','nodes':[{'key':'a','cmp':'ex'}]} | 'or' takes nodes and nothing else
          {'key':'a','cmp':'ex','nodes':[{'key':'a','cmp':'ex'}]} | nodes stand below and, or, not
          {'key':1,'cmp':'ex'}                            | key is text
          {'key':'a','cmp':'in','vals':'x'}               | vals is a list
          {'op':'not','nodes':[{'op':'not','nodes':[{'op':'not','nodes':[{'key':'a','cmp':'ex'}]}]}]} | deeper than 3 nodes
          {'key':'a','cmp':'in','vals':['1','2','3','4','5','6']} | more than 6 nodes and values
          """)
  void whatIsWrongIsNamed(String filter, String message) {
    assertThatThrownBy(() -> json(filter))
        .isInstanceOf(BadFilterException.class)
        .hasMessageStartingWith("tf: ")
        .hasMessageContaining(message);
  }

  @Test
  void aFilterThatIsTooLongIsNotRead() {
    assertThatThrownBy(() -> json("x".repeat(501)))
        .isInstanceOf(BadFilterException.class)
        .hasMessage("tf: 501 bytes, more than 500");
  }

  private static byte[] message(Object... fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (int i = 0; i < fields.length; i += 2) {
      int number = (Integer) fields[i];
      switch (fields[i + 1]) {
        case String text -> out.writeString(number, text);
        case byte[] nested -> out.writeByteArray(number, nested);
        case Integer other -> out.writeInt32(number, other);
        default -> throw new IllegalArgumentException("no such field");
      }
    }
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void protocolBuffersSayTheSame() throws Exception {
    byte[] trade = message(2, "kind", 3, "in", 5, "trade", 5, "quote", 9, 7);
    byte[] cheap = message(2, "price", 3, "lt", 4, "11");
    TagFilter both = FilterReader.protobuf(message(1, "and", 6, trade, 6, cheap), LIMITS);
    assertThat(both)
        .isEqualTo(
            json(
                "{'op':'and','nodes':[{'key':'kind','cmp':'in','vals':['quote','trade']},"
                    + "{'key':'price','cmp':'lt','val':'11'}]}"))
        .hasSameHashCodeAs(both);
    assertThat(both.passes(TAGS)).isTrue();
    assertThat(both.passes(Map.of("kind", "trade", "price", "12"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 12})
  void protocolBuffersThatBreakOffAreRefused(int length) throws Exception {
    byte[] whole = message(2, "kind", 3, "eq", 4, "trade");
    assertThatThrownBy(() -> FilterReader.protobuf(java.util.Arrays.copyOf(whole, length), LIMITS))
        .isInstanceOf(BadFilterException.class);
  }

  @Test
  void protocolBuffersHaveTheSameLimits() throws Exception {
    byte[] node = message(2, "a", 3, "ex");
    for (int i = 0; i < 3; i++) {
      node = message(1, "not", 6, node);
    }
    byte[] deep = node;
    assertThatThrownBy(() -> FilterReader.protobuf(deep, LIMITS))
        .hasMessage("tf: deeper than 3 nodes");
    byte[] many = message(2, "a", 3, "in", 5, "1", 5, "2", 5, "3", 5, "4", 5, "5", 5, "6");
    assertThatThrownBy(() -> FilterReader.protobuf(many, LIMITS))
        .hasMessage("tf: more than 6 nodes and values");
  }
}
