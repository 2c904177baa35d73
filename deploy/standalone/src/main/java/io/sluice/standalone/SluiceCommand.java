package io.sluice.standalone;

import picocli.CommandLine.Command;

/// The root: holds the commands, does nothing.
@Command(
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "",
      "Sluice delivers Kafka records to browsers, phones and services, in order and without loss.",
      "Each command explains itself with --help."
    },
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%n",
    footer = {
      "",
      "To begin, in two terminals:",
      "  ${COMMAND-FULL-NAME} up",
      "  ${COMMAND-FULL-NAME} subscribe news",
      "and then, in a third one:",
      "  ${COMMAND-FULL-NAME} publish news '{\"n\":1}'",
      "",
      "Answers go to stdout, progress and warnings to stderr. Exit codes: 0 done, 1 it did not",
      "work, 2 it was asked for wrongly. SLUICE_JAVA_OPTS is added to the flags of the JVM."
    })
final class SluiceCommand {}
