/// Measures Carillon beside the limit of the machine and beside other servers, all in one run.
@NullMarked
package dev.carillon.bench;

import org.jspecify.annotations.NullMarked;
