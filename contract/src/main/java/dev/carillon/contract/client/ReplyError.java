package dev.carillon.contract.client;

/// Why a command was refused, as it stands in the reply. Ours come from [ErrorCode]; application hooks may
/// bring their own.
///
/// @param code see [ErrorCode]; not negative
/// @param message a few words for people
/// @param temporary whether trying the same again may help
public record ReplyError(int code, String message, boolean temporary) {
    public ReplyError {
        Limits.requireNatural(code, "code");
    }
}
