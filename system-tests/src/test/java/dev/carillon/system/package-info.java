/// The packaged services as separate processes, a real broker, and the public SDKs as clients.
@NullMarked
package dev.carillon.system;

import org.jspecify.annotations.NullMarked;
