package dev.carillon.contract.client;

/// What a client asks for.
///
/// @param id chosen by the client and repeated in the reply, 1 to 2^32-1; 0 where no reply exists ([Method.Send]
///     and [Method.Pong])
/// @param method what is asked
public record Command(long id, Method method) {
    public Command {
        Limits.requireUint32(id, "id");
        boolean answered = !(method instanceof Method.Send) && !(method instanceof Method.Pong);
        if (answered && id == 0) {
            throw new IllegalArgumentException("id is 0 in a command that is answered");
        }
        if (method instanceof Method.Pong && id != 0) {
            throw new IllegalArgumentException("id is not 0 in a pong");
        }
    }

    /// The answer to a ping: the empty command.
    public static Command pong() {
        return new Command(0, new Method.Pong());
    }
}
