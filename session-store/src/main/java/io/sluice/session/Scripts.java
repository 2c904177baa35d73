package io.sluice.session;

/// The Lua scripts of this module. Those that are run once are sent whole, and a call is then one
/// round trip whatever Redis has forgotten; those that are run for many keys at once are sent as
/// digests, and again as text if Redis does not know them.
final class Scripts {
  static final Script OPEN = Script.load("open.lua");
  static final Script CHECKPOINT = Script.load("checkpoint.lua");
  static final Script CLOSE = Script.load("close.lua");
  static final Script SWEEP = Script.load("sweep.lua");
  static final Script INDEX = Script.load("index.lua");
  static final Script RESTORE = Script.load("restore.lua");
  static final Script CLAIM = Script.load("claim.lua");
  static final Script SETTLE = Script.load("settle.lua");
  static final Script FORGET = Script.load("forget.lua");

  private Scripts() {}
}
