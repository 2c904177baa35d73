package io.sluice.broker;

/// A reading of what lies below a window, stretch by stretch in the log's order. Each stretch
/// begins where the one before ended, or at an offset below which none of its channels has anything
/// more. One thread at a time.
public interface Replay extends AutoCloseable {
  /// How far it is.
  sealed interface Step {
    /// There is nothing new.
    record Wait() implements Step {}

    /// Records to take; [#done] when they were.
    ///
    /// @param records holds all records of its channels below its tail that were not given before;
    ///   those of other channels may be missing
    record Take(Window records) implements Step {}

    /// Others did not wait any longer, or what was kept has been taken. Whoever wants more begins
    /// anew.
    record Late() implements Step {}

    /// It cannot go on.
    record Failed(Fault why) implements Step {}
  }

  /// Why a reading cannot go on.
  enum Fault {
    /// The log no longer has what was asked for.
    GONE,
    /// Kafka does not answer.
    UNANSWERED,
    /// Too many others are being read for.
    BUSY
  }

  /// What is to be done now.
  Step next();

  /// Everything was taken that [#next] gave last; more may be read.
  void done();

  /// Others need not wait until what [#next] gave last was taken; it stays. A few may do so at a
  /// time.
  ///
  /// @return whether it stays
  boolean keep();

  /// No more is wanted. Whoever has come to the window goes on there.
  @Override
  void close();
}
