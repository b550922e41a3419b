/// What concerns all nodes: who they are, and what they have to do together.
@NullMarked
package dev.carillon.connection.cluster;

import org.jspecify.annotations.NullMarked;
