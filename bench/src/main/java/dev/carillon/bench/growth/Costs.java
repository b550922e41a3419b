package dev.carillon.bench.growth;

/// What one thing costs, as measured.
///
/// CPU in microseconds of one core, memory in bytes.
///
/// @param delivery writing one publication to one socket, on a node
/// @param nodeRecord taking one record out of a node's inbox and framing it
/// @param publish taking one event over HTTP, on a node, until it is acknowledged
/// @param route reading one event of the log and finding out who wants it, on an owner
/// @param routeCopy writing it into the inbox of one node
/// @param webhook one signed delivery, on a dispatcher
/// @param brokerRecord one record written and read once, on a broker
/// @param connection memory of one idle connection, all told
/// @param ringEvent memory of one event in an owner's ring
public record Costs(
        double delivery,
        double nodeRecord,
        double publish,
        double route,
        double routeCopy,
        double webhook,
        double brokerRecord,
        double connection,
        double ringEvent) {}
