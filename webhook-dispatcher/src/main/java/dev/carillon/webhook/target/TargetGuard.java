package dev.carillon.webhook.target;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Keeps webhooks from reaching what is not public: resolves a name, vets **every** address, and names the one
/// to dial, so that nobody resolves it a second time. One bad address of several refuses the name.
///
/// Resolving waits: call it on virtual threads only. Safe for use by many threads.
public final class TargetGuard {

    private final Resolver resolver;
    private final List<Cidr> allowed;
    private final Set<InetAddress> own;

    /// @param allowed networks that may be dialled although they are not public
    /// @param own addresses of this machine, never dialled unless allowed
    public TargetGuard(Resolver resolver, List<Cidr> allowed, Set<InetAddress> own) {
        this.resolver = resolver;
        this.allowed = List.copyOf(allowed);
        this.own = Set.copyOf(own);
    }

    /// Whether a target may be dialled.
    public sealed interface Vetted {

        /// Yes, at this address and no other.
        record Allowed(TargetUrl url, InetAddress address) implements Vetted {}

        /// No, and it will not help to try again with the same URL.
        record Forbidden(String detail) implements Vetted {}

        /// Its name has no address at the moment.
        record Unresolved() implements Vetted {}
    }

    public Vetted vet(String url) {
        TargetUrl target;
        try {
            target = TargetUrl.parse(url);
        } catch (IllegalArgumentException e) {
            return new Vetted.Forbidden(String.valueOf(e.getMessage()));
        }
        try {
            return vet(target, addresses(target));
        } catch (UnknownHostException e) {
            return new Vetted.Unresolved();
        }
    }

    /// The addresses of this machine.
    public static Set<InetAddress> ownAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (SocketException e) {
            throw new IllegalStateException("network interfaces cannot be listed", e);
        }
    }

    private List<InetAddress> addresses(TargetUrl target) throws UnknownHostException {
        var literal = target.address();
        return literal != null ? List.of(literal) : resolver.resolve(target.host());
    }

    private Vetted vet(TargetUrl target, List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            return new Vetted.Unresolved();
        }
        if (!addresses.stream().allMatch(this::mayDial)) {
            return new Vetted.Forbidden("leads to an address that is not public");
        }
        // IPv4 first: where IPv6 does not work, nothing says so before the connection attempt times out.
        var address = addresses.stream()
                .filter(Inet4Address.class::isInstance)
                .findFirst()
                .orElse(addresses.getFirst());
        return new Vetted.Allowed(target, address);
    }

    private boolean mayDial(InetAddress address) {
        if (allowed.stream().anyMatch(network -> network.contains(address))) {
            return true;
        }
        return PublicAddresses.contains(address) && !own.contains(address);
    }
}
