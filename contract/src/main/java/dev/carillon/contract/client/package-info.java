/// The client protocol (Centrifuge v2): what clients and connection nodes say to each other, and how it looks
/// in a frame.
///
/// [dev.carillon.contract.client.Command] goes up, [dev.carillon.contract.client.Reply] comes down; a
/// [dev.carillon.contract.client.ProtocolCodec] turns them into frames and back, as JSON or as Protobuf. Both
/// codecs read one schema, so they cannot disagree about a field.
@NullMarked
package dev.carillon.contract.client;

import org.jspecify.annotations.NullMarked;
