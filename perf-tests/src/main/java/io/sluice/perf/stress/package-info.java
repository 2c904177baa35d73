/// The stress suites: simulations for Gatling that put a cluster under load the way its users do, a
/// monitor of everything around it, and one report of both. Entry:
/// [io.sluice.perf.stress.StressMain], or any [io.sluice.perf.stress.StressSimulation] by Gatling's
/// own plugin.
@NullMarked
package io.sluice.perf.stress;

import org.jspecify.annotations.NullMarked;
