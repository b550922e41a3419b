/// This process as one of the nodes of the cluster: its name, its inbox, its signs of life.
@NullMarked
package dev.carillon.connection.node;

import org.jspecify.annotations.NullMarked;
