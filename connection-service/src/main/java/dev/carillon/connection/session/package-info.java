/// One client's conversation, whatever the transport: commands in, replies and pushes out.
@NullMarked
package dev.carillon.connection.session;

import org.jspecify.annotations.NullMarked;
