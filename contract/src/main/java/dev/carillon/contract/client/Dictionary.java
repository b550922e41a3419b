package dev.carillon.contract.client;

import com.google.protobuf.ByteString;

/// A compression dictionary that a server may hand out on connect. We read and write it, and never send one.
///
/// @param id names the dictionary
/// @param data its bytes, for Protobuf
/// @param dataB64 its bytes in base64, for JSON
public record Dictionary(String id, ByteString data, String dataB64) {}
