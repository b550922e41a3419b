/// The failure checker: services and brokers as processes of their own, publishers and subscribers that write
/// down what they did and saw, a nemesis that kills, freezes and restarts, and a verdict from what was written
/// down.
///
/// ```
///  Plan ─▶ Nemesis ─▶ Cluster (Instance…)          Judge ─▶ Verdict
///                        ▲      │                    ▲
///        Publisher ──────┘      └──▶ Subscriber      │
///            └─▶ PublishLedger      └─▶ Account ─────┘
/// ```
@NullMarked
package dev.carillon.system.chaos;

import org.jspecify.annotations.NullMarked;
