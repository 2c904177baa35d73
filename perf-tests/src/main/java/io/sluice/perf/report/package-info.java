/// The results of a benchmark run, and how they are shown: [Results] is what is kept, as JSON;
/// [TextTable] is for a terminal, [HtmlPage] for everybody else, and [Comparison] sets two runs
/// side by side. Values and pure functions, for any thread.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.report;
