/// The pack of `dev.carillon.testkit.conformance` on one node, with an owner that misbehaves when told to.
@NullMarked
package dev.carillon.connection.conformance;

import org.jspecify.annotations.NullMarked;
